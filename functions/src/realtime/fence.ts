import type { FenceNode } from "../contract/realtime-nodes.ts";
import { paths } from "../contract/realtime-paths.ts";
import { RealtimeError } from "./errors.ts";
import type { Realtime } from "./realtime.ts";

/** The fence of a video, a fencing token: the Realtime Database accepts only an update that starts where it is. */
export interface Fence {
  epoch: number;
  /** The last change that the mirror holds; 0 for a video without a fence. */
  to: number;
}

/** The fence after a fenced write. */
export interface FenceAfterWrite extends Fence {
  /**
   * Whether the Realtime Database answered that this very write was applied. Otherwise somebody else moved the fence, or the response was
   * lost: a fence at the update's own `to` may be of this write, of another one, or of another history.
   */
  isConfirmed: boolean;
}

/** An update that brings the mirror of a video from one change to a later one. */
export interface FencedUpdate {
  videoId: string;
  epoch: number;
  from: number;
  to: number;
  /** New values at `videos/{videoId}`, and at or below `comments/{videoId}` and `changes/{videoId}`. */
  values: Record<string, unknown>;
}

export async function readFence(realtime: Realtime, videoId: string): Promise<Fence> {
  const value = await realtime.read(paths.sync(videoId));
  // A damaged fence counts as none, for the rules too: the video is filled again.
  const isFence = typeof value === "object" && value !== null && "epoch" in value && "to" in value;
  if (!isFence || typeof value.epoch !== "number" || typeof value.to !== "number") return { epoch: 0, to: 0 };
  return { epoch: value.epoch, to: value.to };
}

/**
 * Writes the update and moves the fence, both or neither. The rules accept it only where the fence is at `from`. A fence of an older epoch
 * counts as 0, as it does for the rules. Returns the fence after the write.
 * @throws RealtimeError if the fence is still at `from`: `away`, when the write did not arrive; `refused`, when the rules in force are not
 * this project's. Also `invalid`, and `away` when the fence could not be read.
 */
export async function writeFenced(realtime: Realtime, update: FencedUpdate): Promise<FenceAfterWrite> {
  const { videoId, epoch, from, to } = update;
  try {
    await realtime.update(withFence(update));
    return { epoch, to, isConfirmed: true };
  } catch (error) {
    if (!(error instanceof RealtimeError) || error.kind === "invalid") throw error;
    const fence = await readFence(realtime, videoId);
    const position = fence.epoch < epoch ? 0 : fence.to;
    if (fence.epoch <= epoch && position === from) throw error;
    return { ...fence, isConfirmed: false };
  }
}

/**
 * Writes the updates of several videos and moves all their fences, or none. Returns false when one was refused or is `invalid`;
 * which one is not known.
 * @throws RealtimeError `away`, when the outcome is unknown
 */
export async function writeAllFenced(realtime: Realtime, updates: FencedUpdate[]): Promise<boolean> {
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
 * Finds out, without writing anything, why these values are invalid; undefined if they are valid. The request moves no fence, so the
 * rules always refuse it (`refused`). Invalid data fails before the rules are evaluated (`invalid`).
 */
export async function findInvalidReason(
  realtime: Realtime,
  values: Record<string, unknown>,
): Promise<string | undefined> {
  try {
    await realtime.update(values);
  } catch (error) {
    if (error instanceof RealtimeError && error.kind === "refused") return undefined;
    if (error instanceof RealtimeError && error.kind === "invalid") return error.message;
    throw error;
  }
  throw new RealtimeError("refused", "a write that moves no fence was accepted: the rules in force are not ours");
}
