import { describe, expect, test } from "@jest/globals";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { removeEmulatorsFiles } from "../../scripts/platform/firebase/emulators-files.ts";
import { findFreePorts } from "../../scripts/platform/ports/ports.ts";
import { runScript } from "../support/app/processes/script.ts";
import { useTemporaryFolder } from "../support/temporary-folder.ts";

const temporary = useTemporaryFolder();

/** Runs `npm start` in a folder, where it fails. */
async function failToStart(env: NodeJS.ProcessEnv, ports?: { page: number }): Promise<string> {
  const base = String((ports ?? (await findFreePorts())).page);
  const folder = join(temporary.path, "platform");
  const { PATH, HOME } = process.env;
  const { code, error } = await runScript("start", ["--port-base", base], {
    PATH,
    HOME,
    PLATFORM_FOLDER: folder,
    ...env,
  });
  removeEmulatorsFiles(folder);
  expect(code).toBe(1);
  expect(error).not.toMatch(/^ +at /m);
  return error;
}

describe("a start that fails says why, without a stack", () => {
  test("if a port is taken", async () => {
    const ports = await findFreePorts();
    const server = createServer().listen(ports.rtdb, "127.0.0.1");
    try {
      expect(await failToStart({}, ports)).toContain(
        `Port ${ports.rtdb} (for rtdb) is taken by process ${process.pid}`,
      );
    } finally {
      server.close();
    }
  });

  test("if MySQL does not answer", async () => {
    const error = await failToStart({ MYSQL_URL: "mysql://root@127.0.0.1:1/comments" });
    expect(error).toContain("MySQL at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1. Check MYSQL_URL.");
  });

  test("if MYSQL_URL names a server of another machine, before it connects", async () => {
    const error = await failToStart({ MYSQL_URL: "mysql://comments:pw@db.example.com/live_comments" });
    expect(error).toMatch(/^MYSQL_URL in the environment: .* npm start -- --remote\.\n$/);
  });

  test("if its folder cannot be made", async () => {
    const file = join(temporary.path, "file");
    writeFileSync(file, "");
    expect(await failToStart({ PLATFORM_FOLDER: file })).toBe(`EEXIST: file already exists, mkdir '${file}'\n`);
  });

  test("if its secrets are damaged, without showing them", async () => {
    const folder = join(temporary.path, "platform");
    mkdirSync(folder);
    writeFileSync(join(folder, "secrets.json"), '{"ACCESS_TOKEN_KEYS":"access-1:c2VjcmV0"');
    const error = await failToStart({});
    expect(error).toContain(`${join(folder, "secrets.json")} is not JSON. Remove it`);
    expect(error).not.toContain("c2VjcmV0");
  });
});
