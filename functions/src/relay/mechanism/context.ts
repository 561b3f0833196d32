import type { Alerts } from "../../alerts/alerts.ts";
import type { Logger } from "../../runtime/log.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { Tracer } from "../../telemetry/tracer.ts";
import type { Queue } from "../queue/queue.ts";
import type { MirroredKind, SubjectKind } from "./subject.ts";

/** What every part of the mechanism works with, for one kind of subject. */
export interface RelayContext<Kind extends SubjectKind = MirroredKind> {
  subjects: Kind;
  log: Logger;
  metrics: Metrics;
  tracer: Tracer;
  alerts: Alerts;
}

/** The same for the parts that enqueue tasks. */
export interface QueueingContext<Kind extends SubjectKind = MirroredKind> extends RelayContext<Kind> {
  queue: Queue;
}
