import { expect, test } from "@jest/globals";
import { createNoopMeter } from "@opentelemetry/api";
import { z } from "zod";
import type { Task } from "../../../functions/src/relay/queue/queue.ts";
import type { SubjectKind } from "../../../functions/src/relay/mechanism/subject.ts";
import { runTask } from "../../../functions/src/relay/mechanism/task.ts";
import { createMetrics } from "../../../functions/src/telemetry/metrics.ts";
import { createTracer } from "../../../functions/src/telemetry/tracer.ts";
import { pause } from "../../support/delays.ts";

const nothing = () => {};

/** Runs a task for a subject of which each step leaves more, `changes` times. Returns what it enqueued, and whether it may be forgotten. */
async function runTaskFor(changes: number) {
  const enqueued: [Task, unknown][] = [];
  let steps = 0;
  const subjects: Partial<SubjectKind> = {
    name: "videos",
    idField: "video_id",
    idSchema: z.string(),
    async relayStep() {
      await pause(1);
      steps += 1;
      return steps > changes ? undefined : steps;
    },
  };
  const context = {
    subjects: subjects as SubjectKind,
    queue: { enqueue: async (task: Task, options?: object) => void enqueued.push([task, options]) },
    log: { info: nothing, warn: nothing, error: nothing },
    metrics: createMetrics(createNoopMeter()),
    tracer: createTracer(),
    alerts: { raise: nothing, flush: async () => {} },
  };
  const isDone = await runTask(context, { video_id: "v" });
  return { isDone, enqueued, steps };
}

test("a task relays until nothing is left, and asks for no other", async () => {
  expect(await runTaskFor(3)).toEqual({ isDone: true, enqueued: [], steps: 4 });
});

test("a task for a subject that never rests ends, and another one takes its place a little later", async () => {
  const { isDone, enqueued } = await runTaskFor(Infinity);
  expect([isDone, enqueued]).toEqual([true, [[{ video_id: "v" }, { delaySeconds: 5 }]]]);
});
