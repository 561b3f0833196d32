import { describe, expect, test } from "@jest/globals";
import { turn } from "../support/turn.ts";
import { until } from "../support/until.ts";
import { createBatcher } from "../../functions/src/batching/batcher.ts";

/** A batcher whose batches run until they are told to end. */
function held(options: { size: number; lanes: number; keyOf?: (item: string) => string }) {
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
  test("runs what came together together, and each call gets its own result", async () => {
    const { call, begun, batch } = held({ size: 10, lanes: 1 });
    const calls = ["a", "b", "c"].map(call);
    await turn();
    batch(0).end();
    expect(await Promise.all(calls)).toEqual(["did a", "did b", "did c"]);
    expect(begun.map(({ items }) => items)).toEqual([["a", "b", "c"]]);
  });

  test("a call never joins a batch that has begun", async () => {
    const { call, begun, batch } = held({ size: 10, lanes: 1 });
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

  test("keeps to its size and the order of the calls; the next waits for the one before, unless that hangs, and then for its lanes", async () => {
    const { call, begun, batch } = held({ size: 2, lanes: 2 });
    for (const item of ["a", "b", "c", "d", "e", "f", "g"]) void call(item);
    await turn();
    expect(begun.map(({ items }) => items)).toEqual([["a", "b"]]);
    batch(0).end();
    await turn();
    expect(batch(1).items).toEqual(["c", "d"]);
    await until("the batch after the one that hangs", () => begun.length === 3);
    expect(batch(2).items).toEqual(["e", "f"]);
    batch(2).end();
    await turn();
    expect(batch(3).items).toEqual(["g"]);
  });

  test("a batch that fails fails all its calls, and the next is run all the same", async () => {
    const { call, batch } = held({ size: 10, lanes: 1 });
    const calls = [call("a"), call("b")];
    await turn();
    batch(0).fail();
    expect(await Promise.allSettled(calls)).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
    const next = call("c");
    await turn();
    batch(1).end();
    expect(await next).toBe("did c");
  });

  test("a batch that failed for one's sake is run again one by one, and each has its own outcome", async () => {
    const ran: string[][] = [];
    const call = createBatcher<string, string>(
      async (items) => {
        ran.push(items);
        if (items.includes("bad")) throw new Error("refused");
        return items;
      },
      { size: 10, lanes: 1, mayBeOnes: (error) => error instanceof Error && error.message === "refused" },
    );
    expect(await Promise.allSettled(["a", "bad", "b"].map(call))).toMatchObject([
      { value: "a" },
      { reason: { message: "refused" } },
      { value: "b" },
    ]);
    expect(ran).toEqual([["a", "bad", "b"], ["a"], ["bad"], ["b"]]);
  });

  test("alone, those with the key of one that waited in vain do not wait too, and others are not kept", async () => {
    const ran: string[] = [];
    const call = createBatcher<string, string>(
      async (items) => {
        ran.push(items.join());
        if (items.some((item) => item.startsWith("held"))) throw new Error("locked");
        return items;
      },
      { size: 10, lanes: 1, keyOf: (item) => item.slice(0, 4), mayBeOnes: () => true, isKeys: () => true },
    );
    const outcomes = await Promise.allSettled(["held1", "held2", "free1", "free2"].map(call));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled", "fulfilled"]);
    expect(ran.filter((items) => items.startsWith("held"))).toEqual(["held1,held2,free1,free2", "held1"]);
  });

  test("a batch that got too few answers fails, and hangs nobody", async () => {
    const call = createBatcher<string, string>(async () => ["one"], { size: 10, lanes: 1, keyOf: (item) => item });
    await expect(Promise.all(["a", "b"].map(call))).rejects.toThrow("a batch of 2 got 1 answers");
    expect(await call("a")).toBe("one");
  });

  test("one whose own result is late or fails holds up only its own key", async () => {
    const { call, batch } = held({ size: 10, lanes: 1, keyOf: (item) => item[0] ?? "" });
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
