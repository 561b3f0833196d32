import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import { useApp } from "../../support/app/use-app.ts";
import { processEnv } from "../../support/app/processes/process-env.ts";
import { runScript } from "../../support/app/processes/script.ts";
import { withPort } from "../../support/app/api-on.ts";
import { createTcpProxy, type TcpProxy } from "../../support/network/tcp-proxy.ts";

/** Longer than a request waits for a connection to open. For one that is handed on, it waits twice this long here. */
const BUSY_MS = 2_500;

const app = useApp();
let proxy: TcpProxy;
beforeEach(async () => {
  proxy = await createTcpProxy(Number(new URL(app.context.config.mysql.url).port));
});
afterEach(() => proxy.close());
const url = () => withPort(app.context.config.mysql.url, proxy.port);

test("whoever gives a statement longer also waits longer for a connection to open, and for a free one", async () => {
  proxy.delay(BUSY_MS);
  const db = openDatabase({ url: url(), connections: 1, timeoutMs: 60_000 });
  const [, { rows }] = await Promise.all([
    sql`SELECT SLEEP(${BUSY_MS / 1000})`.execute(db),
    sql<{ answer: number }>`SELECT 42 AS answer`.execute(db),
  ]);
  expect(rows).toEqual([{ answer: 42 }]);
  await db.destroy();
});

test("a command waits for a MySQL server that is busy for longer than a request may take", async () => {
  proxy.delay(BUSY_MS);
  const env = { ...processEnv(app.context.config), MYSQL_URL: url(), MYSQL_TIMEOUT_MS: "3000" };
  const { code, error } = await runScript("admin", ["list"], env);
  expect([code, error]).toEqual([0, ""]);
});

test("control: a request's deadline passes meanwhile", async () => {
  proxy.delay(BUSY_MS);
  const db = openDatabase({ url: url(), connections: 1 });
  await expect(sql`SELECT 42`.execute(db)).rejects.toThrow(/no connection to MySQL/);
  await db.destroy();
});
