import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { databaseChecks } from "../../../scripts/doctor/database/checks.ts";
import { type Finding, runChecks } from "../../../scripts/doctor/run.ts";
import { withDatabase } from "../../../scripts/platform/mysql/database.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { runScript } from "../../support/app/processes/script.ts";
import { environment } from "../../support/environment.ts";
import { openConnection } from "../../support/mysql/connection.ts";
import { type TestDatabase, createTestDatabase } from "../../support/mysql/database.ts";

let database: TestDatabase;

async function onServer(sql: string): Promise<void> {
  const connection = await openConnection(database.url);
  await connection.query(sql);
  await connection.end();
}

beforeEach(async () => {
  database = await createTestDatabase("doctor");
  // The tests' server has latin1 as its default.
  await onServer(`ALTER DATABASE ${nameOf(database.url)} CHARACTER SET utf8mb4`);
});
afterEach(() => database.drop());

const nameOf = (url: string) => new URL(url).pathname.slice(1);

async function faults(url = database.url, env: Record<string, string> = {}): Promise<Finding[]> {
  const surroundings = {
    root,
    nodeVersion: process.version,
    env: { ...env, MYSQL_URL: url },
    settings: {},
    settingsProblem: undefined,
    project: undefined,
  };
  const findings = await runChecks(await databaseChecks(surroundings), surroundings);
  return findings.filter(({ status }) => status !== "ok");
}

test("a healthy database is all ok", async () => {
  expect(await faults()).toEqual([]);
});

describe("the doctor finds", () => {
  test("a server that does not answer", async () => {
    expect(await faults("mysql://root@127.0.0.1:1/x")).toMatchObject([{ check: "mysql", status: "error" }]);
  });

  test("a URL that is none, and shows no password", async () => {
    const found = await faults("mysql://root:hunter2@127.0.0.1/x?ssl-mode=MAYBE");
    expect(found).toMatchObject([{ check: "mysql", status: "error", message: expect.stringContaining("ssl-mode") }]);
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });

  test("no database", async () => {
    const found = await faults(withDatabase(database.url, "doctor_none"));
    expect(found.map(({ check, status }) => [check, status])).toEqual([
      ["mysql-charset", "warning"],
      ["mysql-migrations", "warning"],
    ]);
  });

  test("a migration that is not applied", async () => {
    await onServer("DELETE FROM schema_migrations ORDER BY version DESC LIMIT 1");
    expect(await faults()).toMatchObject([{ check: "mysql-migrations", status: "warning" }]);
  });

  test("a migration that was changed after it was applied", async () => {
    await onServer("UPDATE schema_migrations SET checksum = REPEAT('0', 64) WHERE version = 1");
    expect(await faults()).toMatchObject([
      { check: "mysql-migrations", status: "error", message: expect.stringContaining("0001") },
    ]);
  });

  test("a database that is newer than the code", async () => {
    await onServer(
      "INSERT INTO schema_migrations (version, name, checksum) SELECT MAX(version) + 1, 'new.sql', '' FROM schema_migrations",
    );
    expect(await faults()).toMatchObject([
      { check: "mysql-migrations", status: "error", message: expect.stringContaining("newer") },
    ]);
  });

  test.each([
    ["takes writes", () => database.url],
    ["has no database", () => withDatabase(database.url, "doctor_none")],
    ["names a replica twice", () => `${database.url},${database.url}`],
    ["must be mysql://", () => "postgres://x/y"],
    ["ECONNREFUSED", () => "mysql://root:hunter2@127.0.0.1:1/x"],
  ])("a replica that will not do: it %s", async (message, replica) => {
    const found = await faults(database.url, { MYSQL_REPLICA_URLS: replica() });
    expect(found.map(({ check }) => check)).toContain("mysql-replicas");
    expect(found.map((finding) => finding.message).join()).toContain(message);
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });

  test("a database in another character set", async () => {
    await onServer(`ALTER DATABASE ${nameOf(database.url)} CHARACTER SET latin1`);
    expect(await faults()).toMatchObject([{ check: "mysql-charset", status: "error" }]);
  });
});

describe("a user of the database", () => {
  const user = `d${randomUUID().slice(0, 8)}`;
  let url = "";
  let home: TestDatabase;
  beforeAll(async () => {
    home = await createTestDatabase("doctor");
    const connection = await openConnection(home.url);
    await connection.query(`CREATE USER ${user}@'%' IDENTIFIED BY 'secret'`);
    await connection.query(`ALTER DATABASE ${nameOf(home.url)} CHARACTER SET utf8mb4`);
    await connection.end();
    const own = new URL(home.url);
    own.username = user;
    own.password = "secret";
    url = own.href;
  });
  afterAll(async () => {
    const connection = await openConnection(environment("MYSQL_URL"));
    await connection.query(`DROP USER ${user}@'%'`);
    await connection.end();
    await home.drop();
  });

  test("with a wrong password is found, and the password is not shown", async () => {
    const found = await faults(url.replace("secret", "hunter2"));
    expect(found).toMatchObject([{ check: "mysql", status: "error", message: expect.stringContaining("denied") }]);
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });

  test("that may only read is found, and with all rights on the database it is well", async () => {
    await onServer(`GRANT SELECT ON ${nameOf(url)}.* TO ${user}@'%'`);
    expect(await faults(url)).toMatchObject([
      { check: "mysql-rights", status: "error", message: expect.stringContaining("INSERT") },
    ]);
    await onServer(`GRANT ALL PRIVILEGES ON ${nameOf(url)}.* TO ${user}@'%'`);
    expect(await faults(url)).toEqual([]);
  });
});

test("npm run doctor on the running platform is all ok, as lines and as JSON", async () => {
  const { code, out } = await runScript("doctor", ["--json"], { ...process.env, MYSQL_URL: database.url });
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  expect([code, findings.filter(({ status }) => status !== "ok")]).toEqual([0, []]);
  const lines = await runScript("doctor", [], { ...process.env, MYSQL_URL: database.url });
  expect(lines.out).toMatch(/\d+ ok, 0 warnings, 0 errors\n$/);
});

test("npm run doctor exits with 1 when there is an error", async () => {
  const { code, out } = await runScript("doctor", [], { ...process.env, MYSQL_URL: "mysql://root@127.0.0.1:1/x" });
  expect([code, out]).toEqual([1, expect.stringContaining("error    mysql: ")]);
});
