import { createSharedQueries } from "../batching/shared-queries.ts";
import { createFindVideoState } from "../batching/video-states.ts";
import { type DatabaseOptions, openDatabase } from "../database/open-database.ts";
import type { Db } from "../database/schema.ts";
import { serverName } from "../database/urls.ts";
import type { LeftOutReason } from "./judge.ts";
import { type Replica, createReplica } from "./replica.ts";
import { type Replicas, createReplicas } from "./replicas.ts";

export interface ReplicaHooks {
  onLag: (replica: string, lagMs: number) => void;
  /** A replica is left out, for this reason; undefined: it is taken back. */
  onChange: (replica: string, reason: LeftOutReason | undefined, error?: unknown) => void;
  /** Called after each check of the replicas. */
  onChecked: (areAllLeftOut: boolean) => void;
}

export interface OpenReplicasOptions {
  primary: Db;
  urls: string[];
  maxLagMs: number;
  pool: Pick<DatabaseOptions, "connections" | "timeoutMs">;
  /** Measures a pool of this name. */
  measure: (pool: string) => Partial<DatabaseOptions>;
  hooks: ReplicaHooks;
}

/** Opens a pool for each replica. Connects to nothing yet. */
export function openReplicas({ primary, urls, maxLagMs, pool, measure, hooks }: OpenReplicasOptions): Replicas {
  function open(url: string): Replica {
    const name = serverName(url);
    const db = openDatabase({ ...pool, url, isReadOnly: true, ...measure(`replica ${name}`) });
    return createReplica({
      name,
      db,
      // One query, of one statement: the pool needs no `multipleStatements`. Only a rollback would, of which there is nothing to roll back.
      findVideoState: createFindVideoState(createSharedQueries(db)),
      maxLagMs,
      onLag: (lagMs) => hooks.onLag(name, lagMs),
      onChange: (reason, error) => hooks.onChange(name, reason, error),
    });
  }
  return createReplicas({ primary, replicas: urls.map(open), onChecked: hooks.onChecked });
}
