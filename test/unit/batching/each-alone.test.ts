import { describe, expect, test } from "@jest/globals";
import { createBatcher } from "../../../functions/src/batching/batcher.ts";
import { eachAloneOnFailure } from "../../../functions/src/batching/each-alone.ts";

const isRefused = (error: unknown) => error instanceof Error && error.message === "refused";

describe("after a batch has failed because of one item", () => {
  test("each item runs by itself and has its own outcome", async () => {
    const ran: string[][] = [];
    const run = async (items: string[]) => {
      ran.push(items);
      if (items.includes("bad")) throw new Error("refused");
      return items;
    };
    const call = createBatcher(eachAloneOnFailure(run, { isItemError: isRefused }), { maxSize: 10, maxRunning: 1 });
    expect(await Promise.allSettled(["a", "bad", "b"].map(call))).toMatchObject([
      { value: "a" },
      { reason: { message: "refused" } },
      { value: "b" },
    ]);
    expect(ran).toEqual([["a", "bad", "b"], ["a"], ["bad"], ["b"]]);
  });

  test("an error that applies to a key fails the key's other items without running them, and no other key's", async () => {
    const ran: string[] = [];
    const run = async (items: string[]) => {
      ran.push(items.join());
      if (items.some((item) => item.startsWith("lock"))) throw new Error("locked");
      return items;
    };
    const keyOf = (item: string) => item.slice(0, 4);
    const policy = { isItemError: () => true, isKeyError: () => true, keyOf };
    const call = createBatcher(eachAloneOnFailure(run, policy), { maxSize: 10, maxRunning: 1, keyOf });
    const outcomes = await Promise.allSettled(["lock1", "lock2", "free1", "free2"].map(call));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled", "fulfilled"]);
    expect(ran.filter((items) => items.startsWith("lock"))).toEqual(["lock1,lock2,free1,free2", "lock1"]);
  });

  test("a key's items run one after the other", async () => {
    let running = 0;
    let most = 0;
    const run = async (items: string[]) => {
      if (items.length > 1) throw new Error("refused");
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return items;
    };
    const policy = { isItemError: isRefused, keyOf: () => "one" };
    const call = createBatcher(eachAloneOnFailure(run, policy), { maxSize: 10, maxRunning: 1 });
    expect(await Promise.all(["a", "b", "c"].map(call))).toEqual(["a", "b", "c"]);
    expect(most).toBe(1);
  });
});

test("a batch that failed for another reason fails as a whole, and runs once", async () => {
  let runs = 0;
  const run = async (): Promise<string[]> => {
    runs += 1;
    throw new Error("away");
  };
  await expect(eachAloneOnFailure(run, { isItemError: isRefused })(["a", "b"])).rejects.toThrow("away");
  expect(runs).toBe(1);
});
