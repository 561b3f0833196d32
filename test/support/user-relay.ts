import { emulatorCredentials } from "../../functions/src/realtime/credentials.ts";
import { Realtime } from "../../functions/src/realtime/realtime.ts";
import { createBreaker } from "../../functions/src/relay/mechanism/breaker.ts";
import { type Relay, createRelay } from "../../functions/src/relay/mechanism/relay.ts";
import type { Queue } from "../../functions/src/relay/queue/queue.ts";
import { createUserSubject } from "../../functions/src/relay/users/user-subject.ts";
import { findMirror } from "../../functions/src/tables/sync/user-mirrors.ts";
import type { Client } from "./app/client.ts";
import type { World } from "./world.ts";

/** A queue that takes no tasks. */
export const noQueue: Queue = { enqueue: () => Promise.reject(new Error("the queue takes no tasks")) };

export const idOf = (user: Client) => user.session!.user.id;
/** Whether the mirror of the user is behind. */
export const isBehind = async ({ context }: World, user: Client) =>
  (await findMirror(context.db, idOf(user)))?.is_behind;

/** The relay of users with other parts than the context's. */
export function relayWith(
  { context, tasks }: World,
  parts: { realtime?: Realtime; queue?: Queue; deadlineMs?: number },
): Relay {
  const taskList: Queue = { enqueue: async (task) => void tasks.push(task) };
  const { realtime = context.realtime, queue = taskList, deadlineMs: inlineDeadlineMs = 0 } = parts;
  const subject = createUserSubject({ ...context, realtime });
  return createRelay({ ...context, subject, queue }, { breaker: createBreaker(context.alerts), inlineDeadlineMs });
}

/** The Realtime Database of this world, at a port where nothing listens or nobody answers. */
export function realtimeAt({ context }: World, port: number): Realtime {
  const url = new URL(context.config.realtime.url);
  url.port = String(port);
  return new Realtime({ url: url.href, timeoutMs: 200, credentials: async () => emulatorCredentials() });
}
export const awayRealtime = (world: World) => realtimeAt(world, 9);

/** Empties the Realtime Database, as an administrator can. */
export async function wipe({ context }: World): Promise<void> {
  const url = new URL(context.config.realtime.url);
  url.pathname = "/.json";
  const response = await fetch(url, { method: "PUT", body: "null", headers: { authorization: "Bearer owner" } });
  if (!response.ok) throw new Error(await response.text());
}

/** The alerts of a name that were raised for users. */
export async function userAlerts({ context }: World, name: string): Promise<Record<string, unknown>[]> {
  await context.alerts.settle();
  const entries = context.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
  return entries.filter(({ alert, subject }) => alert === name && subject === "users");
}
