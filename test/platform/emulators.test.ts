import { beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { projectId } from "../../scripts/platform/paths.ts";
import type { Ports } from "../../scripts/platform/ports/ports.ts";
import { readRun } from "../../scripts/platform/processes/run-file.ts";
import type { Client } from "../support/app/client.ts";
import type { Send } from "../support/app/send.ts";
import { createUser } from "../support/app/users.ts";
import { environment, sendToPlatform } from "../support/environment.ts";
import { functionProcesses } from "../support/platform/platform-processes.ts";
import { atOnce } from "../support/platform/load.ts";
import { functionUrl } from "../support/platform/started-platform.ts";
import { unsignedToken } from "../support/rtdb/unsigned-token.ts";

/** The API, relayVideos, relayUsers, and countAudiences if page tests run beside. Nothing calls the schedules. */
const FUNCTIONS = 4;

const sendToFunction: Send = (path, init) => fetch(`${functionUrl(ports(), "api")}${path}`, init);

function ports(): Ports {
  const run = readRun(environment("PLATFORM_FOLDER"));
  if (!run?.ports) throw new Error("the platform of the tests does not run");
  return run.ports;
}

/** Sends a task as Cloud Tasks does. */
async function runTask(name: string, data: object): Promise<number> {
  const authorization = `Bearer ${unsignedToken({ sub: "queue", aud: projectId })}`;
  const headers = { "content-type": "application/json", authorization };
  const response = await fetch(functionUrl(ports(), name), { method: "POST", headers, body: JSON.stringify({ data }) });
  await response.arrayBuffer();
  return response.status;
}

const countProcesses = () => functionProcesses(environment("PLATFORM_FOLDER")).length;

describe.each([
  ["through the Hosting emulator", sendToPlatform],
  ["by the function's URL", sendToFunction],
])("requests to the API %s", (_, send) => {
  const video = `v-${randomUUID()}`;
  let user: Client;
  beforeAll(async () => {
    user = await createUser(send);
  });

  test("are all answered when 200 posts come 40 at once, by one process for each function", async () => {
    const statuses = await atOnce(200, 40, async () => (await user.post(video, "a comment")).status);
    expect(statuses).toEqual({ 201: 200 });
    expect((await user.list(video, "?limit=1")).body.seq).toBe(200);
    expect(countProcesses()).toBeLessThanOrEqual(FUNCTIONS);
  });

  test("are all answered when 40 posts, 40 lists, 40 sign-ins and 80 tasks come at once", async () => {
    const work: Record<string, (n: number) => Promise<number>> = {
      post: async () => (await user.post(video, "a comment")).status,
      list: async () => (await user.list(video)).status,
      signIn: async (n) => (await user.signIn({ device: { id: `device-${n}` } })).status,
      relayVideos: () => runTask("relayVideos", { video_id: video }),
      relayUsers: () => runTask("relayUsers", { user_id: user.id }),
    };
    const results = await Promise.all(
      Object.entries(work).map(async ([name, request]) => [name, Object.keys(await atOnce(40, 40, request))] as const),
    );
    const statuses = Object.fromEntries(results);
    expect(statuses).toMatchObject({ post: ["201"], list: ["200"] });
    // The queue of password hashes is short, and a task that finds another one at work is to be tried again: 503 says so.
    expect(["201", "503"]).toEqual(expect.arrayContaining(statuses["signIn"]!));
    for (const name of ["relayVideos", "relayUsers"]) {
      expect(["204", "503"]).toEqual(expect.arrayContaining(statuses[name]!));
    }
    expect(countProcesses()).toBeLessThanOrEqual(FUNCTIONS);
  });
});

test("control: the functions run in processes that are counted", async () => {
  expect((await sendToPlatform("/v1/health", { method: "GET" })).status).toBe(200);
  expect(countProcesses()).toBeGreaterThanOrEqual(1);
});
