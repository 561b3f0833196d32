import type { Attributes, Counter, Gauge, Histogram, Meter, UpDownCounter } from "@opentelemetry/api";

/** Every instrument but those of the process. What all kinds of subject share has an attribute `subject`: videos, users or audiences. */
export interface Metrics {
  /** Milliseconds from a change to its being applied in the Realtime Database, by `subject`. */
  syncLatency: Histogram;
  /** Changes of one subject in one update, by `subject`. */
  changesPerUpdate: Histogram;
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
   * Differences by `kind` and `subject`. The comparison finds missing, extra and stale ones. The relay finds foreign ones: a video's mirror
   * that holds another history's changes. Both find wiped ones.
   */
  drift: Counter;
  /** Seconds that a request took, by `http.request.method`, `http.route` and `http.response.status_code`. */
  requestDuration: Histogram;
  /** Requests under way. */
  activeRequests: UpDownCounter;
  /** Requests that a limit refused, by `limit`. */
  limitsHit: Counter;
  /** App Check tokens of requests, by `outcome` (valid, missing, invalid, unavailable). */
  appChecks: Counter;
  /** Seconds that a statement took, by `db.query.summary`, `db.client.connection.pool.name` and, if it failed, `error.type`. */
  queryDuration: Histogram;
  /** Requests that wait for a connection, by `db.client.connection.pool.name`. */
  waitingForConnection: UpDownCounter;
  /** Open connections, by `db.client.connection.pool.name`. */
  openConnections: UpDownCounter;
  /** Look-ups of a newest page by `outcome`: in the instance's memory (hit), in Redis (shared), in neither (miss). */
  pageLookUps: Counter;
  /** Reads about videos by `server` (primary, or a replica's host) and `outcome` (served; of a replica also behind, refused, failed). */
  videoReads: Counter;
  /** By `replica`: how far it is behind, whether it is used, and how often it was left out, by `reason`. */
  replicas: { lag: Gauge; used: Gauge; leftOut: Counter };
  tokenRefreshes: Counter;
  /** 1 if the last request to the Realtime Database was answered, else 0. */
  realtimeConnected: Gauge;
  /** 0 while MySQL is away, 1 when it answers again. */
  mysqlConnected: Gauge;
  /** What MySQL said when it was last read. The first three by `subject`. */
  backlog: { count: Gauge; changes: Gauge; oldest: Gauge; quarantined: Gauge };
}

// The promise is two minutes.
export const LATENCY_BUCKETS_MS = [5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000];
const SUBJECTS = [{ subject: "videos" }, { subject: "users" }];
const DRIFTS = ["missing", "extra", "stale", "wiped", "foreign"].flatMap((kind) =>
  SUBJECTS.map((one) => ({ ...one, kind })),
);
// Those of OpenTelemetry.
const REQUEST_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const QUERY_BUCKETS_S = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const BATCH_SIZE_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

export function createMetrics(meter: Meter): Metrics {
  const histogram = (name: string, description: string, unit: string, buckets: number[]) =>
    meter.createHistogram(name, { description, unit, advice: { explicitBucketBoundaries: buckets } });
  /** A counter whose `series` are there from the start, with 0: an alert about their rise would miss the first one. */
  const counter = (name: string, description: string, series: Attributes[] = [{}]) => {
    const made = meter.createCounter(name, { description });
    for (const attributes of series) made.add(0, attributes);
    return made;
  };
  const upDown = (name: string, description: string, unit: string) =>
    meter.createUpDownCounter(name, { description, unit });
  const gauge = (name: string, description: string, unit: string) => meter.createGauge(name, { description, unit });
  return {
    syncLatency: histogram("sync_latency", "from a change to its being applied", "ms", LATENCY_BUCKETS_MS),
    changesPerUpdate: histogram("sync_batch_size", "changes in one update", "1", BATCH_SIZE_BUCKETS),
    requestDuration: histogram(
      "http.server.request.duration",
      "from a request to its response",
      "s",
      REQUEST_BUCKETS_S,
    ),
    activeRequests: upDown("http.server.active_requests", "requests under way", "{request}"),
    limitsHit: counter("limits_hit", "requests that a limit refused", []),
    appChecks: counter("app_checks", "App Check tokens of requests, by outcome", []),
    queryDuration: histogram("db.client.operation.duration", "from a statement to its answer", "s", QUERY_BUCKETS_S),
    waitingForConnection: upDown("db.client.connection.pending_requests", "waiting for a connection", "{request}"),
    openConnections: upDown("db.client.connection.count", "open connections", "{connection}"),
    failures: counter("failed_operations", "operations that failed, by operation and kind", []),
    retries: counter("retry_attempts", "dispatches of a task after its first", [...SUBJECTS, { subject: "audiences" }]),
    fenceConflicts: counter(
      "fence_conflicts",
      "updates refused because somebody else had moved the fence first",
      SUBJECTS,
    ),
    quarantined: counter("quarantined_comments", "comments that the Realtime Database refused"),
    drift: counter("drift", "differences between the Realtime Database and MySQL, by kind", DRIFTS),
    pageLookUps: counter("page_cache_look_ups", "look-ups of a newest page, by where it was", [
      { outcome: "hit" },
      { outcome: "shared" },
      { outcome: "miss" },
    ]),
    videoReads: counter("video_reads", "reads about videos, by server and outcome", [
      { server: "primary", outcome: "served" },
    ]),
    replicas: {
      lag: gauge("replica_lag", "how far a replica is behind, at most; 0 under a second", "s"),
      used: gauge("replica_used", "0 while a replica is left out", "1"),
      leftOut: counter("replica_left_out", "how often a replica was left out, by reason", []),
    },
    tokenRefreshes: counter("token_refreshes", "new OAuth tokens for the Realtime Database"),
    backlog: {
      count: gauge("backlog_subjects", "subjects whose mirror is behind", "1"),
      changes: gauge("backlog_changes", "changes that the Realtime Database lacks", "1"),
      oldest: gauge("backlog_oldest", "for how long the subject that has waited longest is behind", "s"),
      quarantined: gauge("quarantined_comments_current", "comments in quarantine now", "1"),
    },
    realtimeConnected: gauge("rtdb_connected", "1 while the Realtime Database answers", "1"),
    mysqlConnected: gauge("mysql_connected", "1 while MySQL answers", "1"),
  };
}
