import type { Stop } from "../listeners.ts";
import type { Comment, FenceNode, MirroredChange, VideoSettings } from "../wire.ts";

/** The entries of `changes/{video_id}` by their number. */
export type Changes = ReadonlyMap<number, MirroredChange>;

export interface ChangesListener {
  /** Gets every change above `after` that the Realtime Database still has, each time one is added. The first call may be without any. */
  onChanges: (changes: Changes) => void;
  /** The connection is lost, or was refused; nothing follows. */
  onEnd: (reason: "lost" | "refused") => void;
}

/** The mirror in the Realtime Database. Each read sends a request of its own, so it is not older than what was seen before the call. */
export interface LiveSource {
  /** The newest comments of one moment, oldest first. */
  readNewest: (videoId: string, count: number, signal: AbortSignal) => Promise<Comment[]>;
  /** Where the mirror is: the epoch of its numbers, and the last one; undefined if it has nothing of the video. */
  readFence: (videoId: string, signal: AbortSignal) => Promise<Pick<FenceNode, "epoch" | "to"> | undefined>;
  /** How many viewers are present; 0 if nobody counts. */
  readViewers: (videoId: string, signal: AbortSignal) => Promise<number>;
  /** Listens to the changes after a number, for as long as one connection lasts. */
  listenToChanges: (videoId: string, after: number, listener: ChangesListener) => Stop;
  /**
   * Tells the video's settings now and when they change. It may be a few minutes late. A failure is not told; it is tried again with the
   * next poll or connection.
   */
  listenToSettings: (videoId: string, onSettings: (settings: VideoSettings) => void) => Stop;
}
