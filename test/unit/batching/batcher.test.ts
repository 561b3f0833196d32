import { describe, expect, test } from "@jest/globals";
import { type BatcherOptions, createBatcher } from "../../../functions/src/batching/batcher.ts";
import { turn } from "../../support/turn.ts";
import { until } from "../../support/until.ts";

/** A batcher whose batches run until the test ends them. */
function createGatedBatcher(options: BatcherOptions<string>) {
  const begun: { items: string[]; end: (results?: (string | Promise<string>)[]) => void; fail: () => void }[] = [];
  const batch = (n: number) => {
    const found = begun[n];
    if (!found) throw new Error(`only ${begun.length} batches have begun`);
    return found;
  };
  const call = createBatcher<string, string>((items) => {
    return new Promise((resolve, reject) => {
      const end = (results: (string | Promise<string>)[] = items.map((item) => `did ${item}`)) => resolve(results);
      begun.push({ items, end, fail: () => reject(new Error("away")) });
    });
  }, options);
  return { call, begun, batch };
}

describe("a batcher", () => {
  test("runs calls that arrive together in one batch, and gives each its own result", async () => {
    const { call, begun, batch } = createGatedBatcher({ maxSize: 10, maxRunning: 1 });
    const calls = ["a", "b", "c"].map(call);
    await turn();
    batch(0).end();
    expect(await Promise.all(calls)).toEqual(["did a", "did b", "did c"]);
    expect(begun.map(({ items }) => items)).toEqual([["a", "b", "c"]]);
  });

  test("never adds a call to a batch that has begun", async () => {
    const { call, begun, batch } = createGatedBatcher({ maxSize: 10, maxRunning: 1 });
    void call("a");
    await turn();
    const later = call("b");
    await turn();
    batch(0).end();
    await turn();
    batch(1).end();
    expect(await later).toBe("did b");
    expect(begun.map(({ items }) => items)).toEqual([["a"], ["b"]]);
  });

  test("keeps the order of the calls and the maximum size, and starts the next batch when one ends or turns out slow", async () => {
    const { call, begun, batch } = createGatedBatcher({ maxSize: 2, maxRunning: 2 });
    for (const item of ["a", "b", "c", "d", "e", "f", "g"]) void call(item);
    await turn();
    expect(begun.map(({ items }) => items)).toEqual([["a", "b"]]);
    batch(0).end();
    await turn();
    expect(batch(1).items).toEqual(["c", "d"]);
    await until("the batch after the slow one", () => begun.length === 3);
    expect(batch(2).items).toEqual(["e", "f"]);
    // Two are running now, so the rest waits.
    await turn();
    expect(begun.length).toBe(3);
    batch(2).end();
    await turn();
    expect(batch(3).items).toEqual(["g"]);
  });

  test("fails all calls of a failed batch, and runs the next batch", async () => {
    const { call, batch } = createGatedBatcher({ maxSize: 10, maxRunning: 1 });
    const calls = [call("a"), call("b")];
    await turn();
    batch(0).fail();
    expect(await Promise.allSettled(calls)).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
    const next = call("c");
    await turn();
    batch(1).end();
    expect(await next).toBe("did c");
  });

  test("fails a batch that got too few results, so that no call waits for ever", async () => {
    const call = createBatcher<string, string>(async () => ["one"], {
      maxSize: 10,
      maxRunning: 1,
      keyOf: (item) => item,
    });
    await expect(Promise.all(["a", "b"].map(call))).rejects.toThrow("a batch of 2 got 1 results");
    expect(await call("a")).toBe("one");
  });

  test("an item whose own result is late or fails blocks only its own key", async () => {
    const { call, batch } = createGatedBatcher({ maxSize: 10, maxRunning: 1, keyOf: (item) => item[0] ?? "" });
    const late = Promise.withResolvers<string>();
    const calls = [call("a1"), call("b1")];
    await turn();
    batch(0).end([late.promise, "did b1"]);
    expect(await calls[1]).toBe("did b1");
    const following = [call("a2"), call("b2")];
    await turn();
    expect(batch(1).items).toEqual(["b2"]);
    batch(1).end();
    late.reject(new Error("refused"));
    await expect(calls[0]).rejects.toThrow("refused");
    await turn();
    expect(batch(2).items).toEqual(["a2"]);
    batch(2).end();
    expect(await Promise.all(following)).toEqual(["did a2", "did b2"]);
  });
});
