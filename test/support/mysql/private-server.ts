import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { dataFolder, initializeData, mysqldOptions } from "../../../scripts/platform/mysql/mysqld.ts";
import { findMysqlPrograms } from "../../../scripts/platform/mysql/program.ts";
import { findFreePorts } from "../../../scripts/platform/ports/ports.ts";
import { waitUntilReady } from "../../../scripts/platform/processes/readiness.ts";
import { createSupervisor } from "../../../scripts/platform/processes/supervisor.ts";
import { createCertificate } from "../network/certificate.ts";

export interface PrivateServer {
  port: number;
  /** The path of its socket file. */
  socket: string;
  /** Its certificate, which signs itself, in PEM. It is for the name `localhost`. */
  certificate: string;
  /** Runs SQL as its administrator. */
  run: (sql: string) => Promise<void>;
  stop: () => Promise<void>;
}

/** Whether this machine has a server's program to start. */
export const hasMysqlProgram = (): boolean => findMysqlPrograms().length > 0;

/** A server of its own, with its data in the folder, that refuses what is neither TLS nor the socket. */
export async function startTlsServer(folder: string, ...flags: string[]): Promise<PrivateServer> {
  const [program] = findMysqlPrograms();
  if (!program) throw new Error("no program of a MySQL server");
  const supervisor = await createSupervisor(folder, () => {});
  const { mysql: port } = await findFreePorts();
  await initializeData(program, folder);
  const { key, cert } = createCertificate("localhost");
  writeFileSync(join(folder, "key.pem"), key, { mode: 0o600 });
  writeFileSync(join(folder, "cert.pem"), cert);
  const options = mysqldOptions(program, folder, port);
  const tls = [`--ssl-key=${join(folder, "key.pem")}`, `--ssl-cert=${join(folder, "cert.pem")}`];
  const args = [...(options.args ?? []), ...tls, "--require-secure-transport=ON", ...flags];
  const child = await supervisor.start({ ...options, args }, () => {});
  const socket = join(dataFolder(folder, program.kind), "mysqld.sock");

  async function run(sql: string): Promise<void> {
    const connection = await createConnection({ socketPath: socket, user: "root", multipleStatements: true });
    try {
      await connection.query(sql);
    } finally {
      await connection.end();
    }
  }

  await waitUntilReady(child, () =>
    run("SELECT 1").then(
      () => true,
      () => false,
    ),
  );
  return { port, socket, certificate: cert, run, stop: () => supervisor.stop() };
}
