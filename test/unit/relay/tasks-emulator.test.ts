import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createTasksEmulatorQueue } from "../../../functions/src/relay/queue/tasks-emulator.ts";
import { until } from "../../support/until.ts";

describe("the queue of the Tasks emulator", () => {
  let server: Server;
  let status = 200;
  const paths: string[] = [];
  const bodies: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      paths.push(request.url ?? "");
      void request.toArray().then((pieces) => {
        bodies.push(pieces.join(""));
        response.writeHead(status).end("{}");
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
  });
  afterAll(() => {
    server.close();
  });

  const queue = () => {
    const { port } = server.address() as AddressInfo;
    return createTasksEmulatorQueue(`127.0.0.1:${port}`, {
      projectId: "demo",
      region: "r1",
      functionName: "relayVideos",
    });
  };

  test("sends a task without a name to the function's queue", async () => {
    await queue().enqueue({ video_id: "v" });
    expect(paths).toEqual(["/projects/demo/locations/r1/queues/relayVideos/tasks"]);
    const { task } = JSON.parse(bodies[0]!);
    expect(Object.keys(task)).toEqual(["httpRequest"]);
    expect(JSON.parse(Buffer.from(task.httpRequest.body, "base64").toString())).toEqual({ data: { video_id: "v" } });
  });

  test("keeps a task that has to wait, since the emulator would run it at once", async () => {
    const before = bodies.length;
    await queue().enqueue({ video_id: "later" }, { delaySeconds: 1 });
    expect(bodies).toHaveLength(before);
    await until("the task", () => bodies.length > before);
    const { task } = JSON.parse(bodies.at(-1)!);
    expect(JSON.parse(Buffer.from(task.httpRequest.body, "base64").toString())).toEqual({
      data: { video_id: "later" },
    });
  });

  test("takes a 409 for a full queue, and fails", async () => {
    status = 409;
    await expect(queue().enqueue({ video_id: "v" })).rejects.toThrow("409");
  });
});
