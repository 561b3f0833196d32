import type { Agent } from "node:http";
import type { Config } from "./config.ts";
import type { Check } from "./runtime/check.ts";
import type { Logger } from "./runtime/log.ts";
import type { CustomTokens } from "./realtime/custom-tokens.ts";
import type { AudienceRelay } from "./relay/audiences/audience-relay.ts";
import type { Relay } from "./relay/mechanism/relay.ts";
import type { Queue } from "./relay/queue/queue.ts";
import type { UserRelayContext } from "./relay/users/context.ts";
import type { VideoRelayContext } from "./relay/videos/context.ts";
import type { Replicas } from "./replicas/replicas.ts";
import type { VideoReader } from "./replicas/video-reader.ts";
import type { AppCheck } from "./security/app-check.ts";
import type { Bearers } from "./security/bearers.ts";
import type { RunUnlessRunning } from "./batching/run-unless-running.ts";
import type { CommitPost } from "./batching/group-commit.ts";
import type { Limits } from "./limits/limits.ts";
import type { PageCache } from "./caching/page-cache.ts";
import type { FindPostingState } from "./batching/posting-state.ts";
import type { FindLiveSession } from "./batching/live-sessions.ts";
import type { TextFilter } from "./content/filters/text-filter.ts";
import type { Passwords } from "./security/passwords.ts";
import type { Tracer } from "./telemetry/tracer.ts";

/** Everything that the code works with, made once in each process. Tests make their own. */
export interface Context extends VideoRelayContext, UserRelayContext {
  config: Config;
  videoRelay: Relay;
  userRelay: Relay;
  audienceRelay: AudienceRelay;
  bearers: Bearers;
  /** Undefined where it is off. */
  appCheck: AppCheck | undefined;
  findLiveSession: FindLiveSession;
  findPostingState: FindPostingState;
  /** Reads about videos, on replicas where that is as good. */
  videoReader: VideoReader;
  replicas: Replicas;
  /** The newest comments of the videos that are read most. */
  newestPages: PageCache;
  commitPost: CommitPost;
  /** For posts, by user and Idempotency-Key. */
  runUnlessRunning: RunUnlessRunning;
  customTokens: CustomTokens;
  passwords: Passwords;
  limits: Limits;
  /** Every new and every edited comment, and every new username, must pass these. */
  filters: TextFilter[];
  log: Logger;
  tracer: Tracer;
  /** A UUIDv7. The ids of one instance sort in the order in which it made them. */
  newId: () => string;
  clock: () => Date;
  /** The metrics as Prometheus reads them; undefined if they go to Cloud Monitoring. */
  metricsPage: (() => Promise<string>) | undefined;
  /** Whether each of the services that a request may need answers now. Never waits longer than a second. */
  dependencies: Record<"mysql" | "realtime_database", Check> & { redis?: Check; replicas?: Check };
  /** Finishes the running work and closes every connection. */
  close: () => Promise<void>;
}

/** The parts that a test may replace. */
export type ContextParts = Partial<
  Pick<Context, "filters" | "log" | "newId" | "clock"> & {
    videoQueue: Queue;
    userQueue: Queue;
    audienceQueue: Queue;
  } & {
    /** The way of firebase-admin to Google's servers. */
    googleAgent: Agent;
  }
>;
