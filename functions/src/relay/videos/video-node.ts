import { isDeepStrictEqual } from "node:util";
import { DEFAULT_VIDEO_SETTINGS, type VideoSettings } from "../../contract/moderation.ts";
import type { VideoNode } from "../../contract/realtime-nodes.ts";

/** A video's settings as they are to be mirrored. */
export interface SettingsToMirror {
  node: VideoNode | null;
  /** The change that set them; 0 if they were never changed. */
  seq: number;
}

export function settingsToMirror(video: VideoSettings & { settings_seq: number }): SettingsToMirror {
  return { node: toVideoNode(video), seq: video.settings_seq };
}

/** Null where all are the defaults: most videos have no node, and cost nothing. */
function toVideoNode({ comments_open, slow_mode_seconds, hold_for_review }: VideoSettings): VideoNode | null {
  const node: VideoNode = { comments_open, slow_mode_seconds, hold_for_review };
  return isDeepStrictEqual(node, DEFAULT_VIDEO_SETTINGS) ? null : node;
}
