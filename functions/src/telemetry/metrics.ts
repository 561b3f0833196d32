import type { Counter, Gauge, Histogram, Meter } from "@opentelemetry/api";

/** Every instrument; README.md has them in a table. */
export interface Metrics {
  /** Milliseconds from a change's commit to its being applied in the Realtime Database. */
  syncLatency: Histogram;
  /** Changes in one update. */
  batchSize: Histogram;
  /** Operations that failed: `operation` (relay, inline, enqueue, alert) and `kind` (away, refused, invalid, other). */
  failures: Counter;
  /** Dispatches of a task after its first. */
  retries: Counter;
  /** Updates refused because somebody else had moved the fence. */
  fenceConflicts: Counter;
  parked: Counter;
  /** Differences found by the comparison: `kind` (missing, extra, stale). */
  drift: Counter;
  tokenRefreshes: Counter;
  /** 1 while the last request to the Realtime Database was answered, else 0. */
  connected: Gauge;
  /** By MySQL's account, when it was last asked: videos behind, their changes, seconds of the oldest, comments parked. */
  backlog: { videos: Gauge; changes: Gauge; oldest: Gauge; parked: Gauge };
}

// Milliseconds; the promise is two minutes.
const LATENCY_BUCKETS = [5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000];
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

export function createMetrics(meter: Meter): Metrics {
  const histogram = (name: string, description: string, unit: string, buckets: number[]) =>
    meter.createHistogram(name, { description, unit, advice: { explicitBucketBoundaries: buckets } });
  const counter = (name: string, description: string) => meter.createCounter(name, { description });
  const gauge = (name: string, description: string, unit: string) => meter.createGauge(name, { description, unit });
  return {
    syncLatency: histogram("sync_latency", "from a change to its being applied", "ms", LATENCY_BUCKETS),
    batchSize: histogram("sync_batch_size", "changes in one update", "1", BATCH_BUCKETS),
    failures: counter("failed_operations", "operations that failed, by operation and kind"),
    retries: counter("retry_attempts", "dispatches of a task after its first"),
    fenceConflicts: counter("fence_conflicts", "updates that came second"),
    parked: counter("parked_comments", "comments that the Realtime Database refused"),
    drift: counter("drift", "differences between the Realtime Database and MySQL, by kind"),
    tokenRefreshes: counter("token_refreshes", "new OAuth tokens for the Realtime Database"),
    backlog: {
      videos: gauge("backlog_videos", "videos that the Realtime Database is behind with", "1"),
      changes: gauge("backlog_changes", "changes that the Realtime Database lacks", "1"),
      oldest: gauge("backlog_oldest", "age of the oldest change that the Realtime Database lacks", "s"),
      parked: gauge("parked_comments_current", "comments parked now", "1"),
    },
    connected: gauge("rtdb_connected", "1 while the Realtime Database answers", "1"),
  };
}
