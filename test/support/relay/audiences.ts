import { sql } from "kysely";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import type { Queue } from "../../../functions/src/relay/queue/queue.ts";
import type { App } from "../app/app.ts";
import { administer } from "../realtime/administrator.ts";
import { rtdbHost } from "../app/processes/process-env.ts";
import { readAsAdministrator } from "./user-relay.ts";

/** A queue that runs nothing, and the delays of the tasks that it took, by the video. */
export function createDelayQueue() {
  const delays: Record<string, number[]> = {};
  const queue: Queue = {
    async enqueue({ video_id: videoId = "" }, { delaySeconds } = { delaySeconds: 0 }) {
      (delays[videoId] ??= []).push(delaySeconds);
    },
  };
  return { queue, delaysOf: (videoId: string) => delays[videoId] ?? [] };
}

/** The video's count becomes due `seconds` ago. */
export async function makeDue({ db }: App, videoId: string, seconds = 0): Promise<void> {
  const time = sql<Date>`NOW(3) - INTERVAL ${seconds} SECOND`;
  await db.updateTable("audiences").set({ due_at: time }).where("video_id", "=", videoId).execute();
}

export async function makeUnwatchedFor({ db }: App, videoId: string, seconds: number): Promise<void> {
  const time = sql<Date>`NOW(3) - INTERVAL ${seconds} SECOND`;
  await db.updateTable("audiences").set({ watched_at: time }).where("video_id", "=", videoId).execute();
}

/** The count is due now, and a task makes it. Returns what the Realtime Database says then. */
export async function countNow(app: App, videoId: string) {
  await makeDue(app, videoId);
  if (!(await app.context.audienceRelay.runTask({ video_id: videoId }))) throw new Error("the count failed");
  return audienceOf(app, videoId);
}

export async function audienceOf(app: App, videoId: string) {
  return (await readAsAdministrator(app, paths.audience(videoId))) as { viewers: number; at: number } | null;
}

/** Writes presence past the rules, as it may be after whatever happened. */
export async function writePresence({ context }: App, videoId: string, entries: Record<string, unknown>) {
  await administer("PATCH", paths.presence(videoId), entries, rtdbHost(context.config));
}

const secondsAgo = (seconds: number) => Date.now() - seconds * 1_000;

/** The presence of a user with one connection, whose last heartbeat was so long ago. */
export function present(key: string, seconds = 0) {
  const at = secondsAgo(seconds);
  return { online: true, last_seen: at, connections: { [key]: { at, state: "active" } } };
}
