import { emulatorCredentials } from "../../../functions/src/realtime/credentials.ts";
import { Realtime } from "../../../functions/src/realtime/realtime.ts";
import { createBreaker, createRealtimeGuard } from "../../../functions/src/relay/mechanism/breaker.ts";
import { type Relay, createRelay } from "../../../functions/src/relay/mechanism/relay.ts";
import type { Queue } from "../../../functions/src/relay/queue/queue.ts";
import { createUserSubjects } from "../../../functions/src/relay/users/user-subjects.ts";
import { findMirror } from "../../../functions/src/tables/sync/user-mirrors.ts";
import type { App } from "../app/app.ts";
import type { Client } from "../app/client.ts";
import { rtdbHost } from "../app/processes/process-env.ts";
import { noQueue } from "../app/queue.ts";
import { administer } from "../realtime/administrator.ts";

/** Whether the mirror of the user is behind. */
export async function isBehind({ context }: App, user: Client): Promise<boolean | undefined> {
  return (await findMirror(context.db, user.id))?.is_behind;
}

/** The relay of users with other parts than the context's. Without a queue among them, its queue takes no tasks. */
export function relayWith({ context }: App, parts: { realtime?: Realtime; queue?: Queue; deadlineMs?: number }): Relay {
  const { realtime = context.realtime, queue = noQueue, deadlineMs: inlineDeadlineMs = 0 } = parts;
  const breaker = createBreaker(context.alerts, context.config.realtime.timeoutMs);
  const guardedSubjects = createUserSubjects({ ...context, realtime, realtimeGuard: createRealtimeGuard(breaker) });
  const subjects = createUserSubjects({ ...context, realtime });
  return createRelay({ ...context, subjects, queue }, { breaker, guardedSubjects, inlineDeadlineMs });
}

/** The app's Realtime Database at another port. */
export function realtimeAt({ context }: App, port: number): Realtime {
  const url = new URL(context.config.realtime.url);
  url.port = String(port);
  return new Realtime({ url: url.href, timeoutMs: 200, credentials: async () => emulatorCredentials() });
}
/** A Realtime Database that is away: nothing listens at its port. */
export const awayRealtime = (app: App) => realtimeAt(app, 9);

/** Empties the Realtime Database, as an administrator can. */
export async function wipe({ context }: App): Promise<void> {
  await administer("PUT", "", null, rtdbHost(context.config));
}

/** What the Realtime Database holds at a place, past the rules. */
export function readAsAdministrator({ context }: App, path: string): Promise<unknown> {
  return administer("GET", path, undefined, rtdbHost(context.config));
}

/** The alerts of a name that were raised for users. */
export async function userAlerts({ context }: App, name: string): Promise<Record<string, unknown>[]> {
  await context.alerts.flush();
  const entries = context.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
  return entries.filter(({ alert, subject }) => alert === name && subject === "users");
}
