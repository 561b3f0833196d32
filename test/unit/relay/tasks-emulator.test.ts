import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tasksEmulatorQueue } from "../../../functions/src/relay/queue/tasks-emulator.ts";

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
    return tasksEmulatorQueue(`127.0.0.1:${port}`, { projectId: "demo", region: "r1", functionName: "relay" });
  };

  test("a task goes to the function's queue, unnamed", async () => {
    await queue().enqueue({ video_id: "v" });
    expect(paths).toEqual(["/projects/demo/locations/r1/queues/relay/tasks"]);
    const { task } = JSON.parse(bodies[0]!);
    expect(Object.keys(task)).toEqual(["httpRequest"]);
    expect(JSON.parse(Buffer.from(task.httpRequest.body, "base64").toString())).toEqual({ data: { video_id: "v" } });
  });

  test("its 409, a full queue, is a failure and not a task that is there already", async () => {
    status = 409;
    await expect(queue().enqueue({ video_id: "v" })).rejects.toThrow("409");
  });
});
