import type { Db } from "../../database/schema.ts";
import type { FirebaseUsers } from "../../realtime/firebase-users.ts";
import type { Realtime } from "../../realtime/realtime.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { RealtimeGuard } from "../mechanism/breaker.ts";

/** What the relay of users works with. */
export interface UserRelayContext {
  db: Db;
  realtime: Realtime;
  realtimeGuard: RealtimeGuard;
  firebaseUsers: FirebaseUsers;
  metrics: Metrics;
}
