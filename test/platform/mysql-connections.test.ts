import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { openDatabase } from "../../functions/src/database/open-database.ts";
import { probe } from "../../functions/src/database/connections/probe.ts";
import { isReachable } from "../../scripts/platform/mysql/database.ts";
import { migrate, migrationStatus } from "../../scripts/platform/mysql/migrations.ts";
import { migrations } from "../../scripts/platform/paths.ts";
import { createCertificate } from "../support/network/certificate.ts";
import { type PrivateServer, hasMysqlProgram, startTlsServer } from "../support/mysql/private-server.ts";

/** The way in which a connection came, as the server sees it: the cipher, empty without TLS. */
async function cipherOf(url: string): Promise<string> {
  const db = openDatabase({ url, connections: 1 });
  try {
    const { rows } = await sql<{ Value: string }>`SHOW SESSION STATUS LIKE 'Ssl_cipher'`.execute(db);
    return rows[0]?.Value ?? "";
  } finally {
    await db.destroy();
  }
}

(hasMysqlProgram() ? describe : describe.skip)("a MySQL server that requires TLS", () => {
  let folder = "";
  let server: PrivateServer;
  const url = (host: string, parameters = "") =>
    `mysql://comments:secret@${host}:${server.port}/live_comments${parameters}`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tls-"));
    server = await startTlsServer(folder);
    await server.run(`CREATE DATABASE live_comments CHARACTER SET utf8mb4;
      CREATE USER comments@'%' IDENTIFIED BY 'secret'; GRANT ALL ON live_comments.* TO comments@'%'`);
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  test("is used encrypted with each ssl-mode that its certificate satisfies", async () => {
    const ca = `&ssl-ca=${encodeURIComponent(server.certificate)}`;
    for (const way of [
      url("127.0.0.1", "?ssl-mode=REQUIRED"),
      url("127.0.0.1", `?ssl-mode=VERIFY_CA${ca}`),
      url("localhost", `?ssl-mode=VERIFY_IDENTITY${ca}`),
      url("localhost", `?ssl-mode=VERIFY_CA&ssl-ca=${join(folder, "cert.pem")}`),
    ]) {
      expect(await cipherOf(way)).not.toBe("");
      await probe(way);
    }
  });

  test("is refused when somebody else signed its certificate", async () => {
    const other = `&ssl-ca=${encodeURIComponent(createCertificate("localhost").cert)}`;
    await expect(cipherOf(url("127.0.0.1", `?ssl-mode=VERIFY_CA${other}`))).rejects.toThrow(/certificate/);
    await expect(cipherOf(url("127.0.0.1", "?ssl-mode=VERIFY_CA"))).rejects.toThrow(/certificate/);
  });

  test("control: refuses a connection without TLS", async () => {
    // MySQL names the reason. MariaDB refuses the user, who is admitted over TLS in the first test.
    await expect(cipherOf(url("127.0.0.1"))).rejects.toThrow(/insecure transport|Access denied/);
    expect(await isReachable(url("127.0.0.1"))).toBe(false);
  });

  test("is used over its socket file, as over Cloud SQL's", async () => {
    await server.run(
      "CREATE USER comments@localhost IDENTIFIED BY 'secret'; GRANT ALL ON live_comments.* TO comments@localhost",
    );
    const overSocket = `mysql://comments:secret@localhost/live_comments?socketPath=${server.socket}`;
    expect(await cipherOf(overSocket)).toBe("");
    await probe(overSocket);
  });

  test("is migrated over TLS", async () => {
    const way = url("127.0.0.1", `?ssl-mode=VERIFY_CA&ssl-ca=${encodeURIComponent(server.certificate)}`);
    await migrate(way, migrations);
    expect((await migrationStatus(way, migrations)).pending).toEqual([]);
  });
});
