import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { createNoopMeter } from "@opentelemetry/api";
import {
  createDatabaseAlerts,
  createRedisAlerts,
  createReplicaAlerts,
} from "../../../functions/src/alerts/dependency-alerts.ts";
import { createMetrics } from "../../../functions/src/telemetry/metrics.ts";

const nothing = () => {};
let raised: string[];

beforeEach(() => {
  jest.useFakeTimers();
  raised = [];
});
afterEach(() => {
  jest.useRealTimers();
});

const parts = {
  alerts: { raise: (name: string) => void raised.push(name), flush: async () => {} },
  log: { info: nothing, warn: nothing, error: nothing },
  metrics: createMetrics(createNoopMeter()),
};

/** What a process hears while something is away, and when it is back. */
const DEPENDENCIES: Record<string, () => { away: () => void; back: () => void }> = {
  mysql() {
    const hooks = createDatabaseAlerts(parts);
    return { away: () => hooks.onAway(new Error("no answer")), back: () => hooks.onBack() };
  },
  redis() {
    const hooks = createRedisAlerts(parts);
    return { away: () => hooks.onAway(new Error("no answer")), back: () => hooks.onReady() };
  },
  replicas() {
    const hooks = createReplicaAlerts(parts);
    return { away: () => hooks.onChecked(true), back: () => hooks.onChecked(false) };
  },
};

describe.each(Object.entries(DEPENDENCIES))("the outage of %s", (name, open) => {
  test("is told at once, and again as long as it lasts, once a minute at most", () => {
    const { away, back } = open();
    back();
    for (let seconds = 0; seconds < 180; seconds += 1) {
      away();
      jest.advanceTimersByTime(1_000);
    }
    expect(raised).toEqual([name, name, name]);
  });

  test("is told at once, however soon after another", () => {
    const { away, back } = open();
    away();
    back();
    away();
    expect(raised).toEqual([name, name]);
  });
});
