import type { Db } from "../../database/schema.ts";
import type { Realtime } from "../../realtime/realtime.ts";
import type { Queue } from "../queue/queue.ts";

/** What the count of viewers works with. */
export interface AudienceContext {
  db: Db;
  realtime: Realtime;
  queue: Queue;
}
