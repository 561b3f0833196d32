import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "../database/schema.ts";
import { findHeartbeat, renewHeartbeat } from "../tables/operation/heartbeats.ts";
import type { Replica } from "./replica.ts";
import { chooseByKey } from "./rendezvous.ts";

/** The replicas of this instance, of which those that are fresh enough are used. */
export interface Replicas {
  readonly all: readonly Replica[];
  /** The replica to read a video on; undefined where none is fresh enough. Begins a check if the last one is some time ago. */
  choose(videoId: string): Replica | undefined;
  /** As `choose`, for a process that has just started: waits until the replicas are checked. */
  find(videoId: string): Promise<Replica | undefined>;
  /** Asks the primary and all replicas for the heartbeat. One check is under way at a time. Never throws. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface ReplicasOptions {
  primary: Db;
  replicas: Replica[];
  /** Is told after each check of the replicas whether all are left out. */
  onChecked: (areAllLeftOut: boolean) => void;
}

type FoundHeartbeat = NonNullable<Awaited<ReturnType<typeof findHeartbeat>>>;

/** Between two checks while somebody reads. */
const CHECK_PAUSE_MS = 500;
/**
 * For so long after the last read, a timer goes on checking, so that a reader who comes every few seconds finds a replica too. Nothing
 * depends on it: an instance without requests may have no CPU.
 */
const KEEP_CHECKING_MS = 5_000;
/**
 * No instance renews the heartbeat if another one has within this time. Less than `CHECK_PAUSE_MS`, so that
 * an instance that is alone renews it at each check.
 */
const RENEWAL_PAUSE_MS = 400;
/** One check renews the heartbeat, the next one finds it on the replicas; one more where a replica was late. */
const CHECKS_TO_FIND = 3;

export function createReplicas({ primary, replicas, onChecked }: ReplicasOptions): Replicas {
  let checking: Promise<void> | undefined;
  let checkedAt = -Infinity;
  let readAt = -Infinity;
  let previousBeatenAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function checkAll(): Promise<void> {
    const askedAt = performance.now();
    const found = await findHeartbeat(primary);
    // Both are awaited together from the start: a renewal that fails while the check runs would otherwise be an unhandled rejection.
    await Promise.all([
      renewHeartbeat(primary, randomUUID(), RENEWAL_PAUSE_MS),
      found && checkReplicas(found, askedAt),
    ]);
  }

  async function checkReplicas(found: FoundHeartbeat, askedAt: number): Promise<void> {
    const { database_id: databaseId, beaten_at, now } = found;
    const heartbeat = { databaseId, beatenAt: beaten_at.getTime(), now: now.getTime(), askedAt, previousBeatenAt };
    previousBeatenAt = heartbeat.beatenAt;
    await Promise.all(replicas.map((replica) => replica.check(heartbeat)));
    onChecked(replicas.every(({ state }) => state === "left_out"));
  }

  function check(): Promise<void> {
    clearTimeout(timer);
    checkedAt = performance.now();
    // While the primary is away nothing is known, and what is known ends by itself.
    checking ??= checkAll()
      .catch(() => {})
      .finally(() => {
        checking = undefined;
        if (isClosed || performance.now() - readAt >= KEEP_CHECKING_MS) return;
        timer = setTimeout(() => void check(), CHECK_PAUSE_MS);
        timer.unref();
      });
    return checking;
  }

  function choose(videoId: string): Replica | undefined {
    if (replicas.length === 0) return undefined;
    readAt = performance.now();
    if (readAt - checkedAt >= CHECK_PAUSE_MS) void check();
    return chooseByKey(
      videoId,
      replicas.filter((replica) => replica.isUsable()),
    );
  }

  return {
    all: replicas,
    choose,
    async find(videoId) {
      for (let n = 0; n < CHECKS_TO_FIND && replicas.length > 0; n += 1) {
        if (n > 0) await sleep(CHECK_PAUSE_MS);
        await check();
        const chosen = choose(videoId);
        if (chosen) return chosen;
      }
      return undefined;
    },
    check,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await checking;
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };
}
