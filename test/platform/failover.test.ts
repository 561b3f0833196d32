import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { migrate } from "../../scripts/platform/mysql/migrations.ts";
import { findMysqlPrograms } from "../../scripts/platform/mysql/program.ts";
import { mysqlUrl, startMysql } from "../../scripts/platform/mysql/server.ts";
import { migrations } from "../../scripts/platform/paths.ts";
import { findFreePorts } from "../../scripts/platform/ports/ports.ts";
import { type Supervisor, createSupervisor } from "../../scripts/platform/processes/supervisor.ts";
import { createSteps } from "../../scripts/platform/steps.ts";
import { type ApiOn, createApiOn, withPort } from "../support/app/api-on.ts";
import { Client } from "../support/app/client.ts";
import { useApp } from "../support/app/use-app.ts";
import { signUp } from "../support/app/users.ts";
import { openConnection } from "../support/mysql/connection.ts";
import { createTcpProxy, type TcpProxy } from "../support/network/tcp-proxy.ts";
import { useTemporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

// Where the server comes from MYSQL_URL or Docker, there is no second one to fail over to.
const twoServers = findMysqlPrograms().length > 0 ? describe : describe.skip;

interface Server {
  url: string;
  supervisor: Supervisor;
}

async function startServer(folder: string): Promise<Server> {
  await mkdir(folder, { recursive: true });
  const supervisor = await createSupervisor(folder, () => {});
  const url = mysqlUrl(undefined, (await findFreePorts()).mysql);
  await startMysql({ url, isPrivate: true, folder, steps: createSteps(false, () => {}), supervisor, onExit: () => {} });
  return { url, supervisor };
}

async function run(url: string, ...statements: string[]): Promise<void> {
  const connection = await openConnection(url);
  for (const statement of statements) await connection.query(statement);
  await connection.end();
}

const portOf = ({ url }: Server) => Number(new URL(url).port);

twoServers("after a failover that leaves open connections on a server that takes no more writes", () => {
  const app = useApp();
  const folder = useTemporaryFolder();
  let servers: [Server, Server];
  let proxy: TcpProxy;
  let api: ApiOn;
  let ada: Client;

  // Two servers with the same data, and an address that leads to the first.
  beforeEach(async () => {
    const { config } = app.context;
    const folders = [join(folder.path, "a"), join(folder.path, "b")] as const;
    const first = await startServer(folders[0]);
    await migrate(first.url, migrations);
    // Its administrator may write to a server that is read-only.
    await run(first.url, "CREATE USER app@localhost", "GRANT ALL ON live_comments.* TO app@localhost");
    const registering = createApiOn(config, first.url);
    ada = await signUp(new Client(registering.send));
    await registering.context.close();
    await first.supervisor.stop();
    await cp(folders[0], folders[1], { recursive: true });

    servers = [await startServer(folders[0]), await startServer(folders[1])];
    proxy = await createTcpProxy(portOf(servers[0]));
    const url = new URL(withPort(first.url, proxy.port));
    url.username = "app";
    api = createApiOn(config, url.href);
    ada = ada.through(api.send);
  });
  afterEach(async () => {
    await api.context.close();
    await proxy.close();
    for (const { supervisor } of servers) await supervisor.stop();
  });

  test("the first write gets a 503, and from then on all reach the new server", async () => {
    const video = app.newVideoId();
    expect((await ada.post(video, "before")).status).toBe(201);
    await run(servers[0].url, "SET GLOBAL read_only = 1");
    proxy.leadTo(portOf(servers[1]));
    const key = randomUUID();
    const refused = await ada.post(video, "during", key);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
    const statuses = [
      await ada.post(video, "during", key),
      ...(await Promise.all([1, 2, 3].map((n) => ada.post(video, `after ${n}`)))),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const alerts = () => api.logged.filter((line) => line.includes('"alert":"mysql_read_only"'));
    await until("the alert", () => alerts().length > 0);
    expect(alerts()).toHaveLength(1);

    // A server that stays read-only: reading works, however many writes are refused, and nobody is told again.
    await run(servers[1].url, "SET GLOBAL read_only = 1");
    for (let round = 0; round < 20; round += 1) {
      const [list, ...posts] = await Promise.all([
        ada.list(video),
        ...[1, 2, 3].map((n) => ada.post(video, `in vain ${n}`)),
      ]);
      expect([list.status, ...posts.map(({ status }) => status)]).toEqual([200, 503, 503, 503]);
    }
    expect(alerts()).toHaveLength(1);
    await run(servers[1].url, "SET GLOBAL read_only = 0");
    expect((await ada.post(video, "again")).status).toBe(201);
  });
});
