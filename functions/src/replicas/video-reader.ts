import type { FindVideoState } from "../batching/video-states.ts";
import type { Db } from "../database/schema.ts";
import { ProblemError } from "../errors.ts";
import type { KnownChanges } from "./known-changes.ts";
import type { Replica } from "./replica.ts";
import type { Replicas } from "./replicas.ts";
import { toAwayError } from "../database/mysql-errors.ts";
import { within } from "../runtime/within.ts";

/**
 * Reads about videos, on a replica where that is as good as the primary for this reader, and else on the primary.
 *
 * What a reader gets from a replica is never older than the change that they name (`Min-Video-Seq`), than what this instance wrote or served
 * of the video a moment ago, and than the bound of lag. Somebody who is signed in may have written through another instance; if they name
 * no change, they read on the primary. Whatever a replica cannot answer is asked on the primary, in the same request: an error, no answer in
 * time, a state that is too old, and every refusal, since what is missing on a replica may be there.
 */
export interface VideoReader {
  /** @param run reads on one server. It may run a second time, on the primary, and its errors on a replica are not the reader's. */
  read<T extends { seq: number }>(request: VideoRequest, run: (server: ReadServer) => Promise<T>): Promise<T>;
}

export interface VideoRequest {
  videoId: string;
  /** The change that the reader has already seen (`Min-Video-Seq`). */
  minSeq?: number | undefined;
  /** Whether the reader sent a token, and so may have written. */
  hasToken?: boolean | undefined;
}

/** A server to read on. */
export interface ReadServer {
  name: string;
  isPrimary: boolean;
  db: Db;
  /** On a replica it throws `ReplicaBehind` if the state is older than this reader may get. */
  findVideoState: FindVideoState;
}

/** What a replica shows is not enough for this reader. */
class ReplicaBehind extends Error {
  override name = "ReplicaBehind";
}

/** `refused` is the API's own answer, such as `not_found`. The primary gives it again. */
export type ReadOutcome = "served" | "behind" | "refused" | "failed";

export interface VideoReaderOptions {
  primary: { db: Db; findVideoState: FindVideoState };
  replicas: Replicas;
  knownChanges: KnownChanges;
  onRead: (server: string, outcome: ReadOutcome) => void;
}

/** A request has 10 s. The primary, asked after this, still has its own deadlines. */
const REPLICA_MS = 1_500;

function outcomeOf(error: unknown): ReadOutcome {
  if (error instanceof ReplicaBehind) return "behind";
  return error instanceof ProblemError ? "refused" : "failed";
}

export function createVideoReader(options: VideoReaderOptions): VideoReader {
  const { replicas, knownChanges, onRead } = options;
  const primary: ReadServer = { ...options.primary, name: "primary", isPrimary: true };

  async function readOnReplica<T extends { seq: number }>(
    replica: Replica,
    leastSeq: number,
    run: (server: ReadServer) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      const result = await within(REPLICA_MS, run(toServer(replica, leastSeq)), toAwayError);
      checkReached(result.seq, leastSeq);
      onRead(replica.name, "served");
      return result;
    } catch (error) {
      const outcome = outcomeOf(error);
      onRead(replica.name, outcome);
      if (outcome === "failed") replica.noteFailure(error);
      return undefined;
    }
  }

  return {
    async read({ videoId, minSeq, hasToken = false }, run) {
      const isPrimaryNeeded = hasToken && minSeq === undefined;
      const replica = isPrimaryNeeded ? undefined : replicas.choose(videoId);
      const leastSeq = Math.max(minSeq ?? 0, knownChanges.of(videoId));
      let result = replica && (await readOnReplica(replica, leastSeq, run));
      if (!result) {
        result = await run(primary);
        onRead(primary.name, "served");
      }
      knownChanges.note(videoId, result.seq);
      return result;
    },
  };
}

function toServer({ name, db, findVideoState }: Replica, leastSeq: number): ReadServer {
  return {
    name,
    isPrimary: false,
    db,
    async findVideoState(videoId) {
      const state = await findVideoState(videoId);
      checkReached(state.seq, leastSeq);
      return state;
    },
  };
}

function checkReached(seq: number, leastSeq: number): void {
  if (seq < leastSeq) throw new ReplicaBehind(`the replica is at change ${seq}`);
}
