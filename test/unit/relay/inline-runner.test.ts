import { describe, expect, test } from "@jest/globals";
import { createNoopMeter } from "@opentelemetry/api";
import type { Relaying } from "../../../functions/src/relay/inline.ts";
import { createInlineRelay } from "../../../functions/src/relay/inline.ts";
import type { RelayContext } from "../../../functions/src/relay/comments/relay.ts";
import { createMetrics } from "../../../functions/src/telemetry/metrics.ts";
import { turn } from "../../support/turn.ts";

const nothing = () => {};
const context = {
  metrics: createMetrics(createNoopMeter()),
  alerts: { raise: nothing, settle: async () => {} },
  log: { info: nothing, warn: nothing, error: nothing },
} as unknown as RelayContext;

const away = async () => {
  throw new Error("away");
};

/** An inline relay that tells which videos it relays together and which alone. */
function witness(relaying: Partial<Relaying> = {}, deadline = 60_000, parts: Partial<RelayContext> = {}) {
  const together: string[][] = [];
  const alone: string[] = [];
  const inline = createInlineRelay({ ...context, ...parts }, deadline, {
    async together(committed) {
      together.push(committed.map(({ videoId }) => videoId));
      return (await relaying.together?.(committed)) ?? [];
    },
    async alone(videoId) {
      alone.push(videoId);
      await relaying.alone?.(videoId);
    },
  });
  return { inline, together, alone };
}

describe("the inline relay", () => {
  test("of many changes of a video at once, all are relayed in one run, and those that come meanwhile in the next", async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<string[]>();
    const { inline, together } = witness({ together: () => answered });
    const first = Array.from({ length: 20 }, () => inline.run("v", 1));
    while (together.length === 0) await new Promise(setImmediate);
    const later = Array.from({ length: 20 }, () => inline.run("v", 1));
    answer([]);
    expect(new Set(await Promise.all([...first, ...later]))).toEqual(new Set([true]));
    expect(together).toEqual([["v"], ["v"]]);
  });

  test("videos whose changes come at the same time share a run, and what it leaves is done alone", async () => {
    const { inline, together, alone } = witness({ together: async () => ["b"] });
    expect(await Promise.all(["a", "b", "c"].map((videoId) => inline.run(videoId, 1)))).toEqual([true, true, true]);
    expect(together).toEqual([["a", "b", "c"]]);
    expect(alone).toEqual(["b"]);
  });

  test("a failed run is nobody's failure: it asks for a task", async () => {
    const { inline } = witness({ together: away });
    expect(await Promise.all(["a", "b"].map((videoId) => inline.run(videoId, 1)))).toEqual([false, false]);
    const { inline: other } = witness({ together: async () => ["b"], alone: away });
    expect(await Promise.all(["a", "b"].map((videoId) => other.run(videoId, 1)))).toEqual([true, false]);
  });

  test("who waits longer than the deadline asks for a task, and the end waits for the run all the same", async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<string[]>();
    const { inline } = witness({ together: () => answered }, 1);
    expect(await inline.run("v", 1)).toBe(false);
    let ended = false;
    const end = inline.close().then(() => (ended = true));
    await turn();
    expect(ended).toBe(false);
    answer([]);
    await end;
  });

  test("turned off, it asks for a task at once", async () => {
    const { inline, together } = witness({}, 0);
    expect(await inline.run("v", 1)).toBe(false);
    expect(together).toEqual([]);
  });

  test("while it fails it is not tried for each change, and that is told", async () => {
    const raised: string[] = [];
    const alerts = { raise: (name: string) => void raised.push(name), settle: async () => {} };
    const { inline, together } = witness({ together: away }, undefined, { alerts });
    for (let count = 0; count < 40; count += 1) await inline.run(`v${count}`, 1);
    expect(together.length).toBeLessThan(12);
    expect(raised).toEqual(["breaker"]);
    await inline.close();
  });
});
