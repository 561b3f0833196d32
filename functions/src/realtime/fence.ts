import { RealtimeError } from "./errors.ts";
import type { FenceNode } from "../contract/realtime-nodes.ts";
import { paths } from "../contract/realtime-paths.ts";
import type { Realtime } from "./realtime.ts";

/** How far the Realtime Database has come with a video, as it says itself. */
export interface Fence {
  epoch: number;
  /** The number of the last change that it holds; 0 for a video of which it knows nothing. */
  to: number;
}

/** What brings the Realtime Database from one change of a video to a later one. */
export interface FencedUpdate {
  videoId: string;
  epoch: number;
  from: number;
  to: number;
  /** Places below `comments/{videoId}` and `changes/{videoId}` with their new values. */
  values: Record<string, unknown>;
}

export async function readFence(realtime: Realtime, videoId: string): Promise<Fence> {
  const value = await realtime.read(paths.sync(videoId));
  // What is no fence counts as none, for the rules too: whoever damaged it, the video is filled again.
  const isFence = typeof value === "object" && value !== null && "epoch" in value && "to" in value;
  if (!isFence || typeof value.epoch !== "number" || typeof value.to !== "number") return { epoch: 0, to: 0 };
  return { epoch: value.epoch, to: value.to };
}

/**
 * Writes the update and moves the fence, all or nothing; the rules let it pass only where the fence stands at `from`. Answers where
 * the fence stands afterwards: at `to` when the update was applied, now or by an earlier try whose answer was lost; elsewhere when
 * somebody else moved it, and then nothing of the update was written.
 * @throws RealtimeError `away`, when the fence could not be read after a write of unknown outcome; `invalid`; `refused`, when the
 * fence stands at `from` and the write was refused all the same: then the rules in force are not those of this project.
 */
export async function writeFenced(realtime: Realtime, update: FencedUpdate): Promise<Fence> {
  const { videoId, epoch, from, to } = update;
  try {
    await realtime.update(withFence(update));
    return { epoch, to };
  } catch (error) {
    if (!(error instanceof RealtimeError) || error.kind === "invalid") throw error;
    const stands = await readFence(realtime, videoId);
    const moved = stands.to !== from || (from > 0 && stands.epoch !== epoch);
    if (!moved) throw error;
    return stands;
  }
}

/**
 * Writes the updates of several videos and moves all their fences, or nothing, and then answers false: which one was refused is not
 * known.
 * @throws RealtimeError `away`, when the outcome is unknown
 */
export async function writeFencedTogether(realtime: Realtime, updates: FencedUpdate[]): Promise<boolean> {
  try {
    await realtime.update(Object.assign({}, ...updates.map(withFence)));
    return true;
  } catch (error) {
    if (error instanceof RealtimeError && error.kind !== "away") return false;
    throw error;
  }
}

function withFence({ videoId, epoch, from, to, values }: FencedUpdate): Record<string, unknown> {
  const fence = { epoch, from, to, at: { ".sv": "timestamp" } } satisfies Record<keyof FenceNode, unknown>;
  return { ...values, [paths.sync(videoId)]: fence };
}

/**
 * Why the Realtime Database would not take these values, if it would not: asked without writing any. Without a move of the fence
 * the rules refuse every write, but the data is looked at before the rules are.
 */
export async function refusalOf(realtime: Realtime, values: Record<string, unknown>): Promise<string | undefined> {
  try {
    await realtime.update(values);
  } catch (error) {
    if (error instanceof RealtimeError && error.kind === "refused") return undefined;
    if (error instanceof RealtimeError && error.kind === "invalid") return error.message;
    throw error;
  }
  throw new RealtimeError("refused", "a write that moves no fence was let through: the rules in force are not ours");
}
