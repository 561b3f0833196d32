import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { findMysqlPrograms } from "../../scripts/platform/mysql/program.ts";
import { projectId } from "../../scripts/platform/paths.ts";
import { findFreePorts } from "../../scripts/platform/ports/ports.ts";
import { testFolder } from "../../scripts/platform/tests/folders.ts";
import { type ScriptResult, runScript } from "../support/app/processes/script.ts";
import {
  type PlatformPlace,
  type StartedPlatform,
  removePlatform,
  runStart,
} from "../support/platform/started-platform.ts";
import { type Used, useEverything } from "../support/platform/use-everything.ts";

// Docker keeps no data for the platform of a test.
const describeWithServer = findMysqlPrograms().length > 0 ? describe : describe.skip;

let place: PlatformPlace;
let platform: StartedPlatform;

function run(name: string, ...args: string[]): Promise<ScriptResult> {
  return runScript(name, args, { PATH: process.env["PATH"], PLATFORM_FOLDER: place.folder });
}

async function command(name: string, ...args: string[]): Promise<void> {
  const { code, error } = await run(name, ...args);
  if (code !== 0) throw new Error(`${name} ${args.join(" ")} ended with ${code}: ${error}`);
}

/** Compares the Realtime Database with MySQL: `sync reconcile --dry-run`. */
const compare = () => run("sync", "reconcile", "--dry-run");

/** What differs between the Realtime Database and MySQL, what can be read on the video, and what ended sessions get. */
async function readBack({ video, ended }: Used) {
  const { code, out } = await compare();
  const response = await platform.send(`/v1/videos/${video}/comments`, {});
  const { comments } = (await response.json()) as { comments: { content: string }[] };
  const statuses: number[] = [];
  for (const { accessToken } of ended) {
    const reply = await platform.send("/v1/users/me", { headers: { authorization: `Bearer ${accessToken}` } });
    statuses.push(reply.status);
  }
  return { code, differed: out.match(/\d+ differed/g), contents: comments.map(({ content }) => content), statuses };
}

const expected = ({ contents, ended }: Used) => ({
  code: 0,
  differed: ["0 differed", "0 differed"],
  contents,
  statuses: ended.map(() => 401),
});

describeWithServer("after a use of everything", () => {
  const used: Used[] = [];

  beforeAll(async () => {
    place = { folder: testFolder("restarts"), ports: await findFreePorts() };
    platform = await runStart(place);
    used.push(await useEverything(platform.send, place, command));
  });

  afterAll(() => removePlatform(place.folder));

  test("control: all of it is there before any restart", async () => {
    for (const one of used) expect(await readBack(one)).toEqual(expected(one));
  });

  test("npm start starts again with all of it after Ctrl-C", async () => {
    expect(await platform.interrupt()).toBe(0);
    // The CLI would leave its sockets there.
    const left = readdirSync(join(place.folder, "tmp"), { recursive: true });
    expect(left.filter((name) => String(name).includes("fire_emu"))).toEqual([]);
    platform = await runStart(place);
    for (const one of used) expect(await readBack(one)).toEqual(expected(one));
  });

  test("npm start starts again with all of it after kill -9 of all processes at once", async () => {
    used.push(await useEverything(platform.send, place, command));
    await platform.kill();
    platform = await runStart(place);
    for (const one of used) expect(await readBack(one)).toEqual(expected(one));
  });

  test("control: the comparison notices a comment that only the Realtime Database has", async () => {
    const path = `comments/${used[0]?.video}/01a00000-0000-7000-8000-000000000000.json?ns=${projectId}-default-rtdb`;
    const response = await fetch(`http://127.0.0.1:${place.ports.rtdb}/${path}`, {
      method: "PUT",
      headers: { authorization: "Bearer owner" },
      body: JSON.stringify({ content: "not in MySQL" }),
    });
    expect(response.status).toBe(200);
    expect(await compare()).toMatchObject({ code: 2, out: expect.stringContaining("1 extra") });
  });
});
