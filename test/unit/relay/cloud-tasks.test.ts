import { CloudTasksClient } from "@google-cloud/tasks";
import { credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createCloudTasksQueue } from "../../../functions/src/relay/queue/cloud-tasks.ts";
import type { Queue } from "../../../functions/src/relay/queue/queue.ts";
import { runInSpan } from "../../../functions/src/runtime/current-span.ts";
import { type CloudTasksServer, startCloudTasksServer } from "../../support/network/cloud-tasks-server.ts";

const functionUrl = "https://relay.example.com";
const serviceAccount = "relay@demo.iam.gserviceaccount.com";

let server: CloudTasksServer;

beforeAll(async () => {
  server = await startCloudTasksServer();
});
afterAll(() => server.close());

const newClient = () =>
  new CloudTasksClient({
    servicePath: "127.0.0.1",
    port: server.port,
    sslCreds: credentials.createInsecure(),
    projectId: "demo",
  });

describe("the Cloud Tasks queue, with the real client", () => {
  let client: CloudTasksClient;
  let queue: Queue;
  /** Gives up as soon as the product does. */
  let hastyQueue: Queue;
  /** Gives one try as long as the product does. */
  let slowQueue: Queue;

  beforeAll(async () => {
    client = newClient();
    const options = {
      projectId: "demo",
      region: "europe-west1",
      functionName: "relayVideos",
      functionUrl,
      serviceAccount,
      createClient: async () => client,
    };
    // Each call is counted, so a busy machine must not make one twice.
    queue = createCloudTasksQueue({ ...options, timeoutMs: 60_000, tryTimeoutMs: 60_000 });
    hastyQueue = createCloudTasksQueue({ ...options, tryTimeoutMs: 60_000 });
    slowQueue = createCloudTasksQueue({ ...options, timeoutMs: 60_000 });
    // The first call connects, and takes the client's code from the disk: on a busy machine longer than a try may.
    await slowQueue.enqueue({ video_id: "first" });
  });
  beforeEach(() => {
    server.received.length = 0;
    server.answers = [];
  });
  afterAll(() => client.close());

  test("sends a task that names the video and nothing else, with a deadline and a token for the function, and no name", async () => {
    await queue.enqueue({ video_id: "v" });
    const { parent, task } = server.received[0]!;
    expect(parent).toBe("projects/demo/locations/europe-west1/queues/relayVideos");
    expect(task.name).toBeUndefined();
    expect(task.dispatch_deadline?.seconds).toBe("60");
    expect(task.schedule_time).toBeUndefined();
    const { url, http_method: method, headers, body, oidc_token: token } = task.http_request;
    expect({ url, method, headers }).toEqual({
      url: functionUrl,
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    expect(JSON.parse(body.toString())).toEqual({ data: { video_id: "v" } });
    expect(token).toEqual({ service_account_email: serviceAccount, audience: functionUrl });
  });

  test("passes on the trace of what caused the task", async () => {
    const ids = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", isSampled: true };
    await runInSpan(ids, () => queue.enqueue({ video_id: "v" }));
    expect(server.received[0]!.task.http_request.headers).toEqual({
      "content-type": "application/json",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
  });

  test("sends a task with the time before which it must not run", async () => {
    const earliest = Date.now() / 1_000 + 3_600;
    await queue.enqueue({ video_id: "v" }, { delaySeconds: 3_600 });
    const seconds = Number(server.received[0]?.task.schedule_time?.seconds);
    expect(seconds).toBeGreaterThanOrEqual(earliest);
    expect(seconds).toBeLessThanOrEqual(Date.now() / 1_000 + 3_601);
  });

  test("tries again when the queue is away, full or silent", async () => {
    server.answers = ["UNAVAILABLE", "RESOURCE_EXHAUSTED", "silent"];
    await slowQueue.enqueue({ video_id: "v" });
    expect(server.answers).toEqual([]);
    // Or more: on a slow machine a try may take longer than its time-out of a second.
    expect(server.received.length).toBeGreaterThanOrEqual(4);
  });

  test("does not try again what will never be accepted", async () => {
    server.answers = ["PERMISSION_DENIED"];
    await expect(queue.enqueue({ video_id: "v" })).rejects.toThrow("told to answer PERMISSION_DENIED");
    expect(server.received).toHaveLength(1);
  });

  test("gives up within seconds, because a request waits for it", async () => {
    server.answers = Array.from({ length: 50 }, () => "UNAVAILABLE" as const);
    await expect(hastyQueue.enqueue({ video_id: "v" })).rejects.toThrow("told to answer UNAVAILABLE");
    expect(server.received.length).toBeGreaterThan(1);
    expect(server.received.length).toBeLessThan(50);
  });
});
