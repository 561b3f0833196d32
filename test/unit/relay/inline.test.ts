import { describe, expect, test } from "@jest/globals";
import { createInlineRelay } from "../../../functions/src/relay/inline.ts";
import type { RelayContext } from "../../../functions/src/relay/relay.ts";
import { createMetrics } from "../../../functions/src/telemetry/metrics.ts";
import { createNoopMeter } from "@opentelemetry/api";

describe("the inline relay", () => {
  const nothing = () => {};
  const context = {
    metrics: createMetrics(createNoopMeter()),
    alerts: { raise: nothing, settle: async () => {} },
    log: { info: nothing, warn: nothing, error: nothing },
  } as unknown as RelayContext;

  test("of many changes of a video at once, all are relayed in one run after the one under way", async () => {
    let runs = 0;
    const inline = createInlineRelay(context, 200, async () => {
      runs += 1;
    });
    for (let count = 0; count < 20; count += 1) void inline.run("v");
    await inline.close();
    expect(runs).toBe(2);
  });

  test("videos do not wait for each other, and a failed run is nobody's failure", async () => {
    const videos: string[] = [];
    const inline = createInlineRelay(context, 200, async (videoId) => {
      videos.push(videoId);
      throw new Error("away");
    });
    await Promise.all(["a", "b", "c"].map((videoId) => inline.run(videoId)));
    expect(videos).toEqual(["a", "b", "c"]);
    await inline.close();
  });

  test("while it fails it is not tried for each change, and that is told", async () => {
    const raised: string[] = [];
    let runs = 0;
    const alerts = { raise: (name: string) => void raised.push(name), settle: async () => {} };
    const inline = createInlineRelay({ ...context, alerts }, 200, async () => {
      runs += 1;
      throw new Error("away");
    });
    for (let count = 0; count < 40; count += 1) await inline.run(`v${count}`);
    expect(runs).toBeLessThan(12);
    expect(raised).toEqual(["breaker"]);
    await inline.close();
  });
});
