import type { Alerts } from "../../alerts/alerts.ts";
import type { Db } from "../../database/schema.ts";
import type { Realtime } from "../../realtime/realtime.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { RealtimeGuard } from "../mechanism/breaker.ts";
import type { ViewerCounts } from "./viewer-counts.ts";

/** What the relay of videos works with. */
export interface VideoRelayContext {
  db: Db;
  /** Opened for `multipleStatements`, for work that many requests share. */
  batchDb: Db;
  realtime: Realtime;
  realtimeGuard: RealtimeGuard;
  /** Newest comments of a video that the Realtime Database holds. */
  windowSize: number;
  viewerCounts: ViewerCounts;
  metrics: Metrics;
  alerts: Alerts;
}
