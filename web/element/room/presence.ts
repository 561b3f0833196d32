import type { Stop, Video } from "../../src/index.ts";

export interface PresenceState {
  viewers: number;
  /** Undefined while there are too many to list. */
  users?: readonly { userId: string }[] | undefined;
  /** The ids of the others who are typing. */
  typing: readonly string[];
}

/** Who watches a video, as the client tells it. */
export interface VideoPresence {
  readonly state: PresenceState;
  subscribe: (listener: (state: PresenceState) => void) => Stop;
  typed: () => void;
  stoppedTyping: () => void;
}

/** The presence of a video; undefined where the client has none. */
export function presenceOf(video: Video & { presence?: VideoPresence }): VideoPresence | undefined {
  return video.presence;
}
