import { expect, test } from "@jest/globals";
import { createNoopMeter } from "@opentelemetry/api";
import type { Task } from "../../../functions/src/relay/queue/queue.ts";
import { createRequestTask } from "../../../functions/src/relay/mechanism/request-task.ts";
import type { MirroredKind } from "../../../functions/src/relay/mechanism/subject.ts";
import { createMetrics } from "../../../functions/src/telemetry/metrics.ts";
import { createTracer } from "../../../functions/src/telemetry/tracer.ts";
import { pause } from "../../support/delays.ts";

const nothing = () => {};

/** Requests of tasks for videos, of which none counts as pending, and the tasks that were enqueued. */
function createRequests({ enqueue = () => pause(5) }: { enqueue?: (task: Task) => Promise<unknown> } = {}) {
  const enqueued: (string | undefined)[] = [];
  const noted: [string, number][] = [];
  const subjects: Partial<MirroredKind> = {
    name: "videos",
    idField: "video_id",
    pendingTasks: {
      has: async () => false,
      note: async (id, seq) => void noted.push([id, seq]),
    },
  };
  const requestTask = createRequestTask({
    subjects: subjects as MirroredKind,
    queue: {
      async enqueue(task: Task) {
        enqueued.push(task.video_id);
        await enqueue(task);
      },
    },
    log: { info: nothing, warn: nothing, error: nothing },
    metrics: createMetrics(createNoopMeter()),
    tracer: createTracer(),
    alerts: { raise: nothing, flush: async () => {} },
  });
  return { requestTask, enqueued, noted };
}

test("requests that come at the same time share a task for each video, noted for the last change", async () => {
  const { requestTask, enqueued, noted } = createRequests();
  await Promise.all([3, 1, 2].flatMap((seq) => [requestTask("a", seq), requestTask("b", seq + 10)]));
  expect(enqueued).toEqual(["a", "b"]);
  expect(noted).toEqual([
    ["a", 3],
    ["b", 13],
  ]);
});

test("a request that comes while a task is being enqueued gets another, which it shares with those after it", async () => {
  const { requestTask, enqueued, noted } = createRequests();
  const first = requestTask("a", 1);
  await pause(2);
  expect(enqueued).toEqual(["a"]);
  await Promise.all([first, requestTask("a", 2), requestTask("a", 3)]);
  expect(enqueued).toEqual(["a", "a"]);
  expect(noted).toEqual([
    ["a", 1],
    ["a", 3],
  ]);
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
