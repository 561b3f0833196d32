import type { Counter, Gauge, Histogram, Meter } from "@opentelemetry/api";

/** Every instrument. What both kinds of subject share has an attribute `subject`: videos or users. */
export interface Metrics {
  /** Milliseconds from a change to its being applied in the Realtime Database, by `subject`. */
  syncLatency: Histogram;
  /** Changes in one update, by `subject`. */
  batchSize: Histogram;
  /**
   * Operations that failed, by `operation` (inline, task, sweep, reconcile, enqueue, alert), `kind` (away, refused, invalid, other) and
   * `subject`.
   */
  failures: Counter;
  /** Dispatches of a task after its first, by `subject`. */
  retries: Counter;
  /** Updates refused because somebody else had moved the video's fence, or the user's number, first. By `subject`. */
  fenceConflicts: Counter;
  /** Comments that the Realtime Database refused. */
  quarantined: Counter;
  /**
   * Differences by `kind` and `subject`. The comparison finds missing, extra, stale and wiped ones; the relay finds foreign ones: a mirror
   * that holds another history's changes.
   */
  drift: Counter;
  /** Look-ups of a newest page in the instance's memory, by `outcome` (hit, miss). */
  pageLookUps: Counter;
  tokenRefreshes: Counter;
  /** 1 if the last request to the Realtime Database was answered, else 0. */
  connected: Gauge;
  /** 0 while MySQL is away, 1 when it answers again. */
  databaseConnected: Gauge;
  /** What MySQL said when it was last read. The first three by `subject`. */
  backlog: { count: Gauge; changes: Gauge; oldest: Gauge; quarantined: Gauge };
}

// The promise is two minutes.
const LATENCY_BUCKETS_MS = [5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000];
const BATCH_SIZE_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

export function createMetrics(meter: Meter): Metrics {
  const histogram = (name: string, description: string, unit: string, buckets: number[]) =>
    meter.createHistogram(name, { description, unit, advice: { explicitBucketBoundaries: buckets } });
  const counter = (name: string, description: string) => meter.createCounter(name, { description });
  const gauge = (name: string, description: string, unit: string) => meter.createGauge(name, { description, unit });
  return {
    syncLatency: histogram("sync_latency", "from a change to its being applied", "ms", LATENCY_BUCKETS_MS),
    batchSize: histogram("sync_batch_size", "changes in one update", "1", BATCH_SIZE_BUCKETS),
    failures: counter("failed_operations", "operations that failed, by operation and kind"),
    retries: counter("retry_attempts", "dispatches of a task after its first"),
    fenceConflicts: counter("fence_conflicts", "updates refused because somebody else had moved the fence first"),
    quarantined: counter("quarantined_comments", "comments that the Realtime Database refused"),
    drift: counter("drift", "differences between the Realtime Database and MySQL, by kind"),
    pageLookUps: counter("page_cache_look_ups", "look-ups of a newest page in memory, by outcome"),
    tokenRefreshes: counter("token_refreshes", "new OAuth tokens for the Realtime Database"),
    backlog: {
      count: gauge("backlog_subjects", "videos or users whose mirror is behind", "1"),
      changes: gauge("backlog_changes", "changes that the Realtime Database lacks", "1"),
      oldest: gauge("backlog_oldest", "age of the oldest change that the Realtime Database lacks", "s"),
      quarantined: gauge("quarantined_comments_current", "comments in quarantine now", "1"),
    },
    connected: gauge("rtdb_connected", "1 while the Realtime Database answers", "1"),
    databaseConnected: gauge("mysql_connected", "1 while MySQL answers", "1"),
  };
}
