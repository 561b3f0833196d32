import { expect } from "@jest/globals";
import { type DatabaseReference, ref, set } from "firebase/database";
import { randomUUID } from "node:crypto";
import { createApp } from "../../functions/src/app.ts";
import type { Task } from "../../functions/src/relay/queue/queue.ts";
import { type RtdbServer, startRtdbServer } from "../../rtdb-server/server.ts";
import type { Client } from "./app/client.ts";
import type { Send } from "./app/send.ts";
import { type TestContext, createTestContext } from "./app/context.ts";
import { type RealtimeClient, createRealtimeClient } from "./realtime/realtime-client.ts";

/** Whether the SDK may write: a refusal is an answer, anything else is not. */
export async function mayWrite(place: DatabaseReference): Promise<boolean> {
  try {
    await set(place, { online: true, last_seen: 1 });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "PERMISSION_DENIED" });
    return false;
  }
}

/** The API on a Realtime Database server of its own, with a queue that only keeps what is enqueued. */
export interface World {
  server: RtdbServer;
  context: TestContext;
  send: Send;
  /** What was enqueued. */
  tasks: Task[];
  /** The SDK on this server. */
  connect: (firebaseToken: string) => Promise<RealtimeClient>;
  close: () => Promise<void>;
}

/** @param text the security rules in force */
export async function createWorld(text: string, env: Record<string, string> = {}): Promise<World> {
  const server = await startRtdbServer({ rules: text });
  const host = `${server.host}:${server.port}`;
  const tasks: Task[] = [];
  const userQueue = { enqueue: async (task: Task) => void tasks.push(task) };
  const context = await createTestContext({
    env: { FIREBASE_DATABASE_EMULATOR_HOST: host, INLINE_RELAY_DEADLINE_MS: "5000", ...env },
    parts: { userQueue },
  });
  const app = createApp(context);
  const clients: RealtimeClient[] = [];
  return {
    server,
    context,
    send: (path, init) => app.request(path, init),
    tasks,
    async connect(firebaseToken) {
      const client = await createRealtimeClient(firebaseToken, host);
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) await client.close();
      await context.close();
      await server.close();
    },
  };
}

/** Where the user's presence on a video stands. */
export const placeOf = (client: RealtimeClient, user: Client, video = `v-${randomUUID()}`) =>
  ref(client.database, `presence/${video}/${user.session!.user.id}`);
