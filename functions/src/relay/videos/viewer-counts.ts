/** How many viewers the videos have that this instance relays, as MySQL said when it last relayed each. */
export interface ViewerCounts {
  note(videoId: string, viewers: number): void;
  /** 0 if it is not known, or was noted too long ago. */
  of(videoId: string): number;
}

/**
 * A count is due 12 s after the last at the latest. Older than a minute, it says nothing: other instances may have relayed the video since.
 */
const MAX_AGE_MS = 60_000;
/** About 2 MB. The one noted longest ago makes room. */
const MAX_VIDEOS = 10_000;

/**
 * The number comes with the look-up that each relay batch makes anyway, so it costs no round trip. A video's first update in this instance
 * does not wait for it.
 * @param now milliseconds on a clock that never goes back
 */
export function createViewerCounts(now: () => number): ViewerCounts {
  /** The one noted longest ago is the first. */
  const counts = new Map<string, { viewers: number; at: number }>();
  return {
    note(videoId, viewers) {
      counts.delete(videoId);
      counts.set(videoId, { viewers, at: now() });
      const [oldest] = counts.keys();
      if (counts.size > MAX_VIDEOS && oldest !== undefined) counts.delete(oldest);
    },
    of(videoId) {
      const count = counts.get(videoId);
      return count && now() - count.at <= MAX_AGE_MS ? count.viewers : 0;
    },
  };
}
