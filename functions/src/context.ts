import type { Config } from "./config.ts";
import type { Logger } from "./runtime/log.ts";
import type { CustomTokens } from "./realtime/custom-tokens.ts";
import type { Delivery } from "./relay/delivery.ts";
import type { Queue, UserTask } from "./relay/queue/queue.ts";
import type { RelayContext } from "./relay/comments/relay.ts";
import type { UserMirrorContext } from "./relay/users/user-mirror.ts";
import type { UserWake } from "./relay/users/user-wake.ts";
import type { AccessClaims, AccessTokens } from "./security/access-tokens.ts";
import type { GroupCommit } from "./batching/group-commit.ts";
import type { Limits } from "./limits/limits.ts";
import type { PostingLookUp } from "./batching/posting-look-up.ts";
import type { SessionLookUp } from "./batching/session-look-up.ts";
import type { CommentFilter } from "./content/filters.ts";
import type { Passwords } from "./security/passwords.ts";
import type { Db } from "./database/schema.ts";
import type { Realtime } from "./realtime/realtime.ts";

/** What the code works with, made once per process; tests make their own. */
export interface Context extends RelayContext, UserMirrorContext {
  config: Config;
  db: Db;
  queue: Queue;
  realtime: Realtime;
  videoRelay: Delivery;
  userQueue: Queue<UserTask>;
  userRelay: UserWake;
  accessTokens: AccessTokens;
  /** Those tokens whose session stood when it was last looked up. */
  standing: WeakSet<AccessClaims>;
  findLiveSession: SessionLookUp;
  findPosting: PostingLookUp;
  groupCommit: GroupCommit;
  customTokens: CustomTokens;
  passwords: Passwords;
  limits: Limits;
  /** What every new and every edited comment has to pass. */
  filters: CommentFilter[];
  log: Logger;
  /** UUIDv7, in the order in which one instance makes them. */
  newId: () => string;
  clock: () => Date;
  /** As Prometheus reads it; undefined where the metrics go to Cloud Monitoring. */
  metricsPage: (() => Promise<string>) | undefined;
  /** Finishes what runs and lets go of every connection. */
  close: () => Promise<void>;
}

/** The parts that a test may bring itself. */
export type ContextParts = Partial<Pick<Context, "filters" | "queue" | "userQueue" | "log" | "newId" | "clock">>;
