import type { OutboxItem } from "../../src/index.ts";
import { readStored, writeStored } from "../room/store.ts";

export interface KnownBan {
  /** Milliseconds since 1970; undefined without an end. */
  until: number | undefined;
}

const DATE = /\d{4}-\d\d-\d\dT[\d:.]+Z/;
/** A ban without an end may have been lifted: the user may try again after this. */
const FORGET_MS = 3_600_000;

const keyOf = (userId: string, videoId: string) => `live-comments.ban.${userId}.${videoId}`;

/** What a refused message tells of its author's ban is kept, so that the next visit begins with it. */
export function rememberBan(item: OutboxItem): void {
  if (item.problem?.code !== "banned") return;
  const [until] = DATE.exec(item.problem.message) ?? [];
  const key = keyOf(item.user.id, item.videoId);
  if (readStored(key) === null) {
    writeStored(key, { until: until === undefined ? null : Date.parse(until), at: Date.now() });
  }
}

/** The user's ban on the video, as far as this browser knows. */
export function findBan(userId: string, videoId: string): KnownBan | undefined {
  const stored = readStored(keyOf(userId, videoId));
  if (typeof stored !== "object" || stored === null || !("until" in stored) || !("at" in stored)) return undefined;
  const until = typeof stored.until === "number" ? stored.until : undefined;
  const endsAt = until ?? Number(stored.at) + FORGET_MS;
  if (Date.now() < endsAt) return { until };
  writeStored(keyOf(userId, videoId), null);
  return undefined;
}
