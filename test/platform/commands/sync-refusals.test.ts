import { expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { createTestDatabase } from "../../support/mysql/database.ts";
import { environment } from "../../support/environment.ts";

const key = `test:${"x".repeat(43)}`;
const COMMANDS = ["status", "quarantine", "retry", "rebuild", "reconcile", "epoch", "watch"];

function sync(args: string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; error: string }> {
  const own = { ...process.env, ACCESS_TOKEN_KEYS: key, REFRESH_TOKEN_KEYS: key, ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, ["scripts/sync.ts", ...args], { env: own }, (error, out, said) => {
      resolve({ code: error ? Number(error.code) : 0, out, error: said });
    });
  });
}

test("--help names every command, and needs no environment", async () => {
  const { code, out } = await sync(["--help"], { MYSQL_URL: "" });
  expect(code).toBe(0);
  for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command} `, "m"));
});

test.each([
  [[], "Give a command: status, overview, quarantine,"],
  [["frob"], "There is no command frob. The commands are status, overview, quarantine,"],
  [["constructor"], "There is no command constructor."],
  [["retry", "one", "two"], "retry takes one video at most, not also two."],
  [["status", "one"], "status takes no video, so not one."],
  [["quarantine", "one"], "quarantine takes no video, so not one."],
  [["watch", "one"], "watch takes no video, so not one."],
  [["status", "--all"], "status does not take --all:"],
  [["epoch", "one", "--prune"], "epoch does not take --prune:"],
  [["rebuild", "--all", "--dry-run"], "rebuild does not take --dry-run:"],
  [["reconcile", "--all"], "reconcile does not take --all:"],
  [["status", "--frob"], "Unknown option '--frob'"],
])("%j exits with 1 and says in one line what is wrong", async (args, message) => {
  const { code, out, error } = await sync(args);
  expect([code, out, error]).toEqual([1, "", expect.stringContaining(message)]);
  expect(error.trimEnd()).not.toContain("\n");
});

test("an unknown option is refused in one line", async () => {
  expect(await sync(["status", "--jsno"])).toEqual({
    code: 1,
    out: "",
    error: expect.stringMatching(/^Unknown option '--jsno'.*\n$/),
  });
});

// Nothing listens on port 1 (tcpmux).
test.each([
  ["no MySQL", { MYSQL_URL: "mysql://root@127.0.0.1:1/x" }, /^MySQL at 127\.0\.0\.1:1: .*ECONNREFUSED.*MYSQL_URL/],
  [
    "a database that does not exist",
    { MYSQL_URL: () => database("nowhere_to_be") },
    /^MySQL at .*nowhere_to_be.*MYSQL_URL/,
  ],
  ["a database without tables", { MYSQL_URL: () => database("mysql") }, /^MySQL at .*npm run migrate/],
  ["no valid MYSQL_URL", { MYSQL_URL: "frob" }, /^the environment is not valid.*: MYSQL_URL: must be.*\n$/],
] as const)("%s is reported in one line, without a stack", async (_, { MYSQL_URL: url }, message) => {
  const { code, out, error } = await sync(["status"], { MYSQL_URL: typeof url === "string" ? url : url() });
  expect([code, out, error]).toEqual([1, "", expect.stringMatching(message)]);
  expect(error).not.toMatch(/^ {4}at /m);
});

test("no Realtime Database is reported in one line, without a stack", async () => {
  const { url, drop } = await createTestDatabase();
  try {
    const away = { MYSQL_URL: url, FIREBASE_DATABASE_EMULATOR_HOST: "127.0.0.1:1" };
    const { code, out, error } = await sync(["reconcile"], away);
    expect([code, out, error]).toEqual([1, "", expect.stringMatching(/^127\.0\.0\.1:1: no answer .*RTDB_URL.*\n$/)]);
    // `status` needs MySQL only.
    expect(await sync(["status"], away)).toMatchObject({ code: 0 });
  } finally {
    await drop();
  }
});

function database(name: string): string {
  const url = new URL(environment("MYSQL_URL"));
  url.pathname = `/${name}`;
  return url.href;
}
