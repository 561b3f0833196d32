import { expect, test } from "@jest/globals";
import { createNoopMeter } from "@opentelemetry/api";
import type { Task } from "../../../functions/src/relay/queue/queue.ts";
import { createRequestTask } from "../../../functions/src/relay/mechanism/request-task.ts";
import type { MirroredKind, PendingTasks } from "../../../functions/src/relay/mechanism/subject.ts";
import { currentSpan, runInSpan } from "../../../functions/src/runtime/current-span.ts";
import { createMetrics } from "../../../functions/src/telemetry/metrics.ts";
import { createTracer } from "../../../functions/src/telemetry/tracer.ts";
import { until } from "../../support/until.ts";

const nothing = () => {};

interface Options {
  enqueue?: (task: Task) => Promise<unknown>;
  /** Undefined for a kind that remembers no pending tasks. */
  has?: PendingTasks["has"] | undefined;
}

/** Requests of tasks for videos, the tasks that were enqueued with the trace that they carry on, and what was noted of them. */
function createRequests({ enqueue = async () => {}, ...options }: Options = {}) {
  const has = "has" in options ? options.has : async () => false;
  const enqueued: { id: string | undefined; trace: string | undefined }[] = [];
  const noted: [string, number][] = [];
  const subjects: Partial<MirroredKind> = {
    name: "videos",
    idField: "video_id",
    ...(has && { pendingTasks: { has, note: async (id, seq) => void noted.push([id, seq]) } }),
  };
  const requestTask = createRequestTask({
    subjects: subjects as MirroredKind,
    queue: {
      async enqueue(task: Task) {
        enqueued.push({ id: task.video_id, trace: currentSpan()?.traceId });
        await enqueue(task);
      },
    },
    log: { info: nothing, warn: nothing, error: nothing },
    metrics: createMetrics(createNoopMeter()),
    tracer: createTracer(),
    alerts: { raise: nothing, flush: async () => {} },
  });
  const ids = () => enqueued.map(({ id }) => id);
  return { requestTask, enqueued, ids, noted };
}

const inTrace = <T>(traceId: string, work: () => T) => runInSpan({ traceId, spanId: "span", isSampled: false }, work);

test("requests that come at the same time share a task for each video, noted for the last change", async () => {
  const { requestTask, ids, noted } = createRequests();
  await Promise.all([3, 1, 2].flatMap((seq) => [requestTask("a", seq), requestTask("b", seq + 10)]));
  expect(ids()).toEqual(["a", "b"]);
  expect(noted).toEqual([
    ["a", 3],
    ["b", 13],
  ]);
});

test("all requests that come while a task is being enqueued wait, and share the next one", async () => {
  const { promise: held, resolve } = Promise.withResolvers<void>();
  const { requestTask, ids, noted } = createRequests({ enqueue: () => held });
  const first = requestTask("a", 1);
  await until("the first task", async () => ids().length === 1);
  const others = Array.from({ length: 1_000 }, (_, n) => requestTask("a", n + 2));
  resolve();
  await Promise.all([first, ...others]);
  expect(ids()).toEqual(["a", "a"]);
  expect(noted).toEqual([
    ["a", 1],
    ["a", 1_001],
  ]);
});

test("no task is enqueued while one is pending, unless none is remembered", async () => {
  const pending = createRequests({ has: async () => true });
  await pending.requestTask("a", 1);
  expect(pending.ids()).toEqual([]);

  const notRemembered = createRequests({ has: undefined });
  await notRemembered.requestTask("a", 0);
  await notRemembered.requestTask("a", 0);
  expect(notRemembered.ids()).toEqual(["a", "a"]);
});

test("a video whose task is not taken holds up no other, and fails no request", async () => {
  const { promise: silence, reject } = Promise.withResolvers<void>();
  const { requestTask, noted } = createRequests({ enqueue: async ({ video_id }) => (video_id === "a" ? silence : {}) });
  const late = requestTask("a", 1);
  await requestTask("b", 1);
  reject(new Error("no task taken"));
  await late;
  expect(noted).toEqual([["b", 1]]);
});

test("a task carries on the trace of a request for its own video, also after others", async () => {
  const { promise: held, resolve } = Promise.withResolvers<void>();
  const { requestTask, enqueued } = createRequests({ enqueue: async ({ video_id }) => (video_id === "a" ? held : {}) });
  const requests = [
    inTrace("of a", () => requestTask("a", 1)),
    inTrace("of b", () => requestTask("b", 1)),
    requestTask("c", 1),
  ];
  await until("the first tasks", async () => enqueued.length === 3);
  requests.push(inTrace("of a later", () => requestTask("a", 2)));
  resolve();
  await Promise.all(requests);
  expect(enqueued).toEqual([
    { id: "a", trace: "of a" },
    { id: "b", trace: "of b" },
    { id: "c", trace: undefined },
    { id: "a", trace: "of a later" },
  ]);
});
