import type { Overview } from "../../src/index.ts";
import { duration, inNumbers, plural } from "../format.ts";
import type { Sample } from "./history.ts";

export interface Figure {
  name: string;
  value: string;
  detail: string;
  /** What is normal, in words. */
  normal: string;
  /** The runbook's name if somebody must act. */
  act: string | undefined;
  points: readonly number[];
}

/** An alert is raised after so long. */
export const LATE_SECONDS = 120;
/** An hour in which one change in 20 took longer needs a look, though every change still arrives. */
const SLOW_MS = 5_000;

export function figuresOf({ latency, sync, audience }: Overview, samples: readonly Sample[]): Figure[] {
  const { videos, users } = sync.backlog;
  const oldest = Math.max(videos.oldest_seconds, users.oldest_seconds);
  const p95 = latency.p95_ms ?? 0;
  return [
    {
      name: "Sync p95",
      value: duration(latency.p95_ms),
      detail:
        latency.count === 0
          ? "no change applied in the last hour"
          : `${plural(latency.count, "change")} in the last hour`,
      normal: "under 1 s",
      act: p95 > SLOW_MS ? "backlog" : undefined,
      points: latency.minutes.map(({ p95_ms }) => p95_ms ?? 0),
    },
    {
      name: "Behind",
      value: inNumbers(videos.count + users.count),
      detail: `oldest ${duration(oldest * 1_000)} · ${plural(videos.changes + users.changes, "change")}`,
      normal: "0, or a few for seconds",
      act: oldest > LATE_SECONDS ? "backlog" : undefined,
      points: samples.map(({ behind }) => behind),
    },
    {
      name: "Quarantined",
      value: inNumbers(sync.quarantined),
      detail: "comments that the Realtime Database does not accept",
      normal: "0",
      act: sync.quarantined > 0 ? "quarantine" : undefined,
      points: samples.map(({ quarantined }) => quarantined),
    },
    {
      name: "Viewers",
      value: inNumbers(audience.viewers),
      detail: `on ${plural(audience.videos, "video")}`,
      normal: "any; signed-in users, as counted last",
      act: undefined,
      points: samples.map(({ viewers }) => viewers),
    },
  ];
}
