import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RawClient } from "../../support/rtdb/raw-client.ts";
import { until } from "../../support/until.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rtdb-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command. Collects its output and its exit code. */
const run = (...args: string[]) => runUnder([], args);

/** @param shell the start of the command line; empty = none */
function runUnder(shell: readonly string[], args: readonly string[]) {
  const [program = "", ...rest] = [...shell, process.execPath, "rtdb-server/main.ts", ...args];
  const child = spawn(program, rest);
  const command = { child, output: "", exitCode: null as number | null };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (command.output += chunk.toString()));
  child.once("close", (code) => (command.exitCode = code ?? -1));
  return command;
}

const start = (...args: string[]) => startUnder([], args);

async function startUnder(shell: readonly string[], args: readonly string[]) {
  const command = runUnder(shell, ["--port", "0", ...args]);
  const port = await until("the port", () => /listening on .*:(\d+)/.exec(command.output)?.[1]);
  const url = (path: string, namespace = "demo-x-default-rtdb"): string =>
    `http://127.0.0.1:${port}${path}.json?ns=${namespace}`;
  return { ...command, command, port: Number(port), url };
}

const put = (url: string, json: unknown): Promise<Response> =>
  fetch(url, { method: "PUT", body: JSON.stringify(json) });

test("rules are read again when their file changes, and bad ones are reported with line and column and change nothing", async () => {
  const rules = join(folder, "rules.json");
  await writeFile(rules, '{"rules": {".read": true, ".write": false}}');
  const { child, command, url } = await start("--rules", rules);
  expect((await put(url("/x"), 1)).status).toBe(401);
  await writeFile(rules, '{"rules": {\n  ".write": tru}}');
  await until("the report", () => command.output.includes(`${rules}:2:13: Parse error.`));
  expect((await put(url("/x"), 1)).status).toBe(401);
  await writeFile(rules, '{"rules": {".read": true, ".write": true}}');
  await until("the new rules", async () => (await put(url("/x"), 1)).status === 200);
  expect((await put(url("/x", "another"), 1)).status).toBe(200);

  const own = { method: "PUT", headers: { authorization: "Bearer owner" }, body: '{"rules": {".write": true}}' };
  await fetch(url("/.settings/rules", "own"), own);
  await writeFile(rules, '{"rules": {".write": false}}');
  await until("the last rules", async () => (await put(url("/x", "another"), 1)).status === 401);
  expect((await put(url("/x", "own"), 1)).status).toBe(200); // it has rules of its own
  child.kill("SIGTERM");
  await until("the exit", () => command.exitCode !== null);
  expect(command.exitCode).toBe(0);
});

test("data is exported at the end, onDisconnect writes included, and imported at the start", async () => {
  const data = join(folder, "data");
  const first = await start("--export", data, "--project", "demo-x");
  await put(first.url("/a"), { ".value": 1, ".priority": "p" });
  await put(first.url("/b", "other"), { __proto__: 1, c: [1, 2] });
  const client = await RawClient.open({ host: "127.0.0.1", port: first.port, namespace: "other" });
  await client.request("o", { p: "/left", d: true });
  first.child.kill("SIGINT");
  await until("the exit", () => first.command.exitCode !== null);
  expect(first.command.exitCode).toBe(0);
  expect(JSON.parse(await readFile(join(data, "demo-x-default-rtdb.json"), "utf8"))).toEqual({
    a: { ".value": 1, ".priority": "p" },
  });

  const second = await start("--import", data, "--project", "demo-x");
  const defaults = await fetch(`http://127.0.0.1:${second.port}/a.json?format=export`);
  expect(await defaults.json()).toEqual({ ".value": 1, ".priority": "p" });
  expect(await (await fetch(second.url("/left", "other"))).json()).toBe(true);
  second.child.kill("SIGTERM");
  await until("the exit", () => second.command.exitCode !== null);
});

async function stop({ child, command }: Awaited<ReturnType<typeof start>>): Promise<void> {
  child.kill("SIGTERM");
  await until("the exit", () => command.exitCode !== null);
}

test("a namespace whose data was deleted stays empty", async () => {
  const data = join(folder, "emptied");
  const args = ["--import", data, "--export", data];
  await mkdir(data);
  await writeFile(join(data, "emptied.json"), '{"a":1}');
  const first = await start(...args);
  expect(await (await fetch(first.url("/", "emptied"))).json()).toEqual({ a: 1 });
  await put(first.url("/", "emptied"), null);
  await stop(first);
  const second = await start(...args);
  expect(await (await fetch(second.url("/", "emptied"))).json()).toBeNull();
  await stop(second);
});

test("an export that breaks off leaves the earlier one whole", async () => {
  const data = join(folder, "broken-off");
  const file = join(data, "large.json");
  const earlier = JSON.stringify("x".repeat(100_000));
  await mkdir(data);
  await writeFile(file, earlier);
  // It may write files of a few KB.
  const server = await startUnder(["sh", "-c", 'ulimit -f 4; exec "$0" "$@"'], ["--import", data, "--export", data]);
  await put(server.url("/b", "large"), "y".repeat(100_000));
  await stop(server);
  expect(server.command.exitCode).not.toBe(0);
  expect(await readFile(file, "utf8")).toBe(earlier);
});

test.each([
  [["--help"], 0, "Usage: "],
  [["--nonsense"], 1, "Unknown option '--nonsense'"],
  [["--port", "x"], 1, "--port takes a number"],
  [["--rules", "/nowhere/rules.json"], 1, "no such file"],
  [["--import", "/nowhere", "--port", "0"], 1, "no such file"],
])("%j exits with %d and prints: %s", async (args, code, message) => {
  const command = run(...args);
  await until("the exit", () => command.exitCode !== null);
  expect([command.exitCode, command.output]).toEqual([code, expect.stringContaining(message)]);
  expect(command.output).not.toContain("    at ");
});

test("bad rules and bad data are each reported with their own file", async () => {
  const data = join(folder, "bad-data");
  const rules = join(folder, "bad-rules.json");
  const goodRules = join(folder, "good-rules.json");
  await mkdir(data);
  await writeFile(rules, '{"rules": tru}');
  await writeFile(goodRules, '{"rules": {".read": true}}');
  const outputOf = async (...args: string[]) => {
    const command = run("--port", "0", ...args);
    await until("the exit", () => command.exitCode !== null);
    expect(command.exitCode).toBe(1);
    return command.output;
  };
  expect(await outputOf("--rules", rules, "--import", data)).toContain(`rtdb: ${rules}:1:`);
  for (const json of ['{"a.b": 1}', "tru"]) {
    await writeFile(join(data, "x.json"), json);
    const output = await outputOf("--rules", goodRules, "--import", data);
    expect(output).toContain(`rtdb: ${join(data, "x.json")}: `);
    expect(output).not.toContain(goodRules);
  }
});

test("a busy port is reported in one line", async () => {
  const { child, port } = await start();
  const second = run("--port", `${port}`);
  await until("the exit", () => second.exitCode !== null);
  expect([second.exitCode, second.output]).toEqual([1, expect.stringMatching(/^rtdb: .*EADDRINUSE.*\n$/)]);
  child.kill();
});
