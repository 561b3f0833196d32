import { createNoopMeter } from "@opentelemetry/api";
import { RealtimeError } from "../../../functions/src/realtime/errors.ts";
import { createBreaker, createRealtimeGuard } from "../../../functions/src/relay/mechanism/breaker.ts";
import { type Clock, createInlineRunner } from "../../../functions/src/relay/mechanism/inline-runner.ts";
import type { MirroredKind } from "../../../functions/src/relay/mechanism/subject.ts";
import { createMetrics } from "../../../functions/src/telemetry/metrics.ts";
import { createTracer } from "../../../functions/src/telemetry/tracer.ts";

const nothing = () => {};
const quietAlerts = { raise: nothing, flush: async () => {} };
const metrics = createMetrics(createNoopMeter());

export const fail = async () => {
  throw new RealtimeError("away", "no answer");
};

interface Options {
  /** What a batch's request to the Realtime Database does; the ids that it leaves. Undefined: subjects without a batch. */
  relayBatch?: ((ids: string[], onMirrored: (ids: string[]) => void) => Promise<string[]>) | undefined;
  /** Which subjects a batch leaves after its look-up in MySQL, without a request. By default it makes its request for all. */
  leaveAfterLookUp?: (ids: string[]) => string[];
  /** What the request for one subject does. */
  relayAlone?: (id: string) => Promise<void>;
  /** What MySQL and Firebase Auth do beside it. */
  askOthers?: () => Promise<void>;
  deadlineMs?: number;
  breaker?: ReturnType<typeof createBreaker>;
  viewers?: number;
  clock?: Clock;
}

/** A clock that the test moves. A sleep ends when the test calls `wake`. */
export function createTestClock() {
  const sleeps: number[] = [];
  let nowMs = 0;
  let wake = () => {};
  const clock: Clock = {
    now: () => nowMs,
    sleep: (milliseconds) =>
      new Promise<void>((resolve) => {
        sleeps.push(milliseconds);
        wake = resolve;
      }),
  };
  return { clock, sleeps, wake: () => wake(), pass: (milliseconds: number) => void (nowMs += milliseconds) };
}

export function createTestBreaker(timeoutMs = 1_000) {
  const raised: string[] = [];
  const breaker = createBreaker({ raise: (name) => void raised.push(name), flush: async () => {} }, timeoutMs);
  return { breaker, raised };
}

/** An inline runner that notes which subjects it relays in batches and which alone, and the errors that it logs. */
export function createTestRunner({
  relayAlone,
  deadlineMs = 60_000,
  breaker = createTestBreaker().breaker,
  ...options
}: Options = {}) {
  const { viewers = 0, clock, leaveAfterLookUp, askOthers } = options;
  const guard = createRealtimeGuard(breaker);
  const batches: string[][] = [];
  const alone: string[] = [];
  const warnings: unknown[] = [];
  const log = {
    info: nothing,
    warn: (_: string, __: object, error?: unknown) => void warnings.push(error),
    error: nothing,
  };
  const relayBatch = "relayBatch" in options ? options.relayBatch : async () => [];
  const subjects: Partial<MirroredKind> = {
    name: "videos",
    idField: "video_id",
    findLastSeqIfBehind: async () => 1,
    viewersOf: () => viewers,
    async relayStep(id) {
      alone.push(id);
      await askOthers?.();
      await guard(async () => relayAlone?.(id));
      return 1;
    },
    ...(relayBatch && {
      async relayBatch(committed, onMirrored) {
        const ids = committed.map(({ id }) => id);
        batches.push(ids);
        const left = leaveAfterLookUp?.(ids) ?? [];
        if (left.length === ids.length) return left;
        return guard(() => relayBatch(ids, onMirrored));
      },
    }),
  };
  const runner = createInlineRunner(
    { subjects: subjects as MirroredKind, log, metrics, tracer: createTracer(), alerts: quietAlerts },
    { breaker, deadlineMs, ...(clock && { clock }) },
  );
  return { runner, batches, alone, warnings };
}
