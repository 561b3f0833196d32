import type { pause } from "../http/pause.ts";
import type { LiveSource } from "../live/source.ts";
import type { LiveSettings } from "./settings.ts";
import type { Timeline } from "./timeline.ts";
import type { VideoApi } from "./video-api.ts";

/**
 * Where the comments come from: `live` from the Realtime Database, `polling` from the API every few seconds, `offline` from neither, so
 * that they are as they were last seen.
 */
export type Connection = "connecting" | "live" | "polling" | "offline";

export interface FollowerOptions {
  videoId: string;
  timeline: Timeline;
  api: VideoApi;
  sources: { current: () => Promise<LiveSource>; failed: (source: LiveSource) => void };
  settings: LiveSettings;
  onChange: () => void;
  wait?: typeof pause;
  /** With how many of the newest comments the timeline begins. */
  firstCount?: number;
}
