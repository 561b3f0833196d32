import { CloudTasksClient } from "@google-cloud/tasks";
import { credentials } from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createCloudTasksQueue } from "../../../functions/src/relay/queue/cloud-tasks.ts";
import { type CloudTasksServer, startCloudTasksServer } from "../../support/network/cloud-tasks-server.ts";
import type { HttpServer } from "../../support/network/http-server.ts";
import { COMPUTE_ACCOUNT, startMetadataServer } from "../../support/network/metadata-server.ts";

const VARIABLES = ["GCE_METADATA_HOST", "GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG", "HOME"];
const before = VARIABLES.map((name) => [name, process.env[name]] as const);

let tasks: CloudTasksServer;
let metadata: HttpServer;
let client: CloudTasksClient | undefined;

beforeAll(async () => {
  tasks = await startCloudTasksServer();
  metadata = await startMetadataServer();
});
beforeEach(() => {
  tasks.received.length = 0;
  tasks.answers = [];
  // As on the platform: no key file, and no sign-in of a developer.
  for (const name of VARIABLES) delete process.env[name];
  process.env["HOME"] = "/nonexistent";
});
afterEach(async () => {
  await client?.close();
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});
afterAll(async () => {
  tasks.close();
  await metadata.close();
});

/** The account of the task that a queue enqueues. */
async function accountOfTask(serviceAccount: string | undefined): Promise<string | undefined> {
  const queue = createCloudTasksQueue({
    projectId: "demo",
    region: "europe-west1",
    functionName: "relayVideos",
    functionUrl: "https://relay.example.com",
    serviceAccount,
    createClient: async (options) =>
      (client = new CloudTasksClient({
        servicePath: "127.0.0.1",
        port: tasks.port,
        sslCreds: credentials.createInsecure(),
        projectId: "demo",
        ...options,
      })),
  });
  await queue.enqueue({ video_id: "v" });
  await queue.enqueue({ video_id: "v" });
  return tasks.received[1]?.task.http_request.oidc_token.service_account_email;
}

describe("the account as which Cloud Tasks calls", () => {
  test("is the one as which the platform runs the process, asked for once", async () => {
    process.env["GCE_METADATA_HOST"] = new URL(metadata.url).host;
    expect(await accountOfTask(undefined)).toBe(COMPUTE_ACCOUNT);
    expect(metadata.received.filter(({ path }) => path.endsWith("/default/email"))).toHaveLength(1);
  });

  test("is the configured one, if there is one", async () => {
    process.env["GCE_METADATA_HOST"] = new URL(metadata.url).host;
    expect(await accountOfTask("tasks@demo.iam.gserviceaccount.com")).toBe("tasks@demo.iam.gserviceaccount.com");
  });

  test("that cannot be found is an error with the cure, and no task", async () => {
    process.env["METADATA_SERVER_DETECTION"] = "none";
    try {
      await expect(accountOfTask(undefined)).rejects.toThrow("set RELAY_SERVICE_ACCOUNT");
    } finally {
      delete process.env["METADATA_SERVER_DETECTION"];
    }
    expect(tasks.received).toEqual([]);
  });
});
