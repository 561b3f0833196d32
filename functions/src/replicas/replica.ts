import type { Db } from "../database/schema.ts";
import { findReplicaHeartbeat } from "../tables/operation/heartbeats.ts";
import type { FindVideoState } from "../batching/video-states.ts";
import { isDatabaseAway, toAwayError } from "../database/mysql-errors.ts";
import { type LeftOutReason, type PrimaryHeartbeat, type Verdict, judge } from "./judge.ts";
import { within } from "../runtime/within.ts";

/** A replica, and what is known of it. */
export interface Replica {
  /** Its host and port, or its socket. */
  readonly name: string;
  readonly db: Db;
  /** Shared by the requests of the moment, as the primary's is. */
  readonly findVideoState: FindVideoState;
  readonly state: Verdict["state"];
  /** Whether what it shows is fresh enough now. */
  isUsable(): boolean;
  /** Asks it for its heartbeat. Never throws. */
  check(primary: PrimaryHeartbeat): Promise<void>;
  /** Leaves it out, because it failed to answer a request. */
  noteFailure(error: unknown): void;
  close(): Promise<void>;
}

export interface ReplicaOptions {
  name: string;
  db: Db;
  findVideoState: FindVideoState;
  maxLagMs: number;
  /** Is told of the replica's lag after each check that tells it. */
  onLag: (lagMs: number) => void;
  /** Is told when the replica is left out, for which reason, and when it is no longer. */
  onChange: (reason: LeftOutReason | undefined, error?: unknown) => void;
}

/** A replica that has not answered the question for its heartbeat by then is left out. */
const CHECK_MS = 800;
/** A replica that failed a request is not taken back for so long: one that answers checks and fails requests costs few of them. */
const PAUSE_AFTER_FAILURE_MS = 1_000;

export function createReplica(options: ReplicaOptions): Replica {
  const { name, db, findVideoState, maxLagMs, onLag, onChange } = options;
  let verdict: Verdict = { state: "unproven", lagMs: 0 };
  let failedAt = -Infinity;

  function note(next: Verdict, error?: unknown): void {
    const reasonBefore = reasonOf(verdict);
    const reason = reasonOf(next);
    verdict = next;
    if (next.lagMs !== undefined) onLag(next.lagMs);
    if (reason !== reasonBefore) onChange(reason, error);
  }

  function noteFailure(error: unknown): void {
    failedAt = performance.now();
    note({ state: "left_out", reason: isDatabaseAway(error) ? "away" : "failed" }, error);
  }

  return {
    name,
    db,
    findVideoState,
    get state() {
      return verdict.state;
    },
    isUsable: () => verdict.state === "usable" && performance.now() < verdict.usableUntil,
    async check(primary) {
      try {
        const found = await within(CHECK_MS, findReplicaHeartbeat(db), toAwayError);
        const answeredAt = performance.now();
        if (answeredAt - failedAt < PAUSE_AFTER_FAILURE_MS) return;
        const shown = found && {
          databaseId: found.database_id,
          beatenAt: found.beaten_at.getTime(),
          isReadOnly: found.isReadOnly,
          answeredAt,
        };
        note(judge(primary, shown, maxLagMs));
      } catch (error) {
        noteFailure(error);
      }
    },
    noteFailure,
    close: () => db.destroy(),
  };
}

function reasonOf(verdict: Verdict): LeftOutReason | undefined {
  return verdict.state === "left_out" ? verdict.reason : undefined;
}
