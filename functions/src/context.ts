import type { Config } from "./config.ts";
import type { Logger } from "./runtime/log.ts";
import type { CustomTokens } from "./realtime/custom-tokens.ts";
import type { Relay } from "./relay/mechanism/relay.ts";
import type { Queue } from "./relay/queue/queue.ts";
import type { UserRelayContext } from "./relay/users/context.ts";
import type { VideoRelayContext } from "./relay/videos/context.ts";
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
export interface Context extends VideoRelayContext, UserRelayContext {
  config: Config;
  db: Db;
  realtime: Realtime;
  videoRelay: Relay;
  userRelay: Relay;
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

/** The parts that a test may replace. */
export type ContextParts = Partial<
  Pick<Context, "filters" | "log" | "newId" | "clock"> & { videoQueue: Queue; userQueue: Queue }
>;
