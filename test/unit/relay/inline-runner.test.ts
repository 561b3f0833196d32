import { describe, expect, jest, test } from "@jest/globals";
import { RealtimeError } from "../../../functions/src/realtime/errors.ts";
import { pause } from "../../support/delays.ts";
import { createTestBreaker, createTestClock, createTestRunner, fail } from "../../support/relay/inline-runner.ts";
import { turn } from "../../support/turn.ts";
import { until } from "../../support/until.ts";

describe("the inline runner", () => {
  test("relays many changes of one subject in one run, and those that come meanwhile in the next", async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<string[]>();
    const { runner, batches } = createTestRunner({ relayBatch: () => answered });
    const first = Array.from({ length: 20 }, () => runner.relay("v", 1));
    while (batches.length === 0) await new Promise(setImmediate);
    const later = Array.from({ length: 20 }, () => runner.relay("v", 1));
    answer([]);
    expect(new Set(await Promise.all([...first, ...later]))).toEqual(new Set([true]));
    expect(batches).toEqual([["v"], ["v"]]);
  });

  test("does not hold up a call whose change is mirrored until MySQL knows, and begins the subject's next run only then", async () => {
    const { promise: marked, resolve: mark } = Promise.withResolvers<string[]>();
    const relayBatch = (ids: string[], onMirrored: (ids: string[]) => void) => {
      onMirrored(ids);
      return marked;
    };
    const { runner, batches } = createTestRunner({ relayBatch });
    expect(await runner.relay("v", 1)).toBe(true);
    const next = runner.relay("v", 2);
    await turn();
    expect(batches).toHaveLength(1);
    mark([]);
    expect(await next).toBe(true);
    expect(batches).toHaveLength(2);
  });

  test("relays subjects whose changes come at the same time in one batch, and alone what the batch leaves", async () => {
    const { runner, batches, alone } = createTestRunner({ relayBatch: async () => ["b"] });
    expect(await Promise.all(["a", "b", "c"].map((id) => runner.relay(id, 1)))).toEqual([true, true, true]);
    expect(batches).toEqual([["a", "b", "c"]]);
    expect(alone).toEqual(["b"]);
  });

  test("relays each subject alone where the kind of subject has no batch", async () => {
    const { runner, alone } = createTestRunner({ relayBatch: undefined });
    expect(await Promise.all(["a", "b"].map((id) => runner.relay(id, 1)))).toEqual([true, true]);
    expect(alone).toEqual(["a", "b"]);
  });

  test("says when a run failed, and never throws", async () => {
    const { runner } = createTestRunner({ relayBatch: fail });
    expect(await Promise.all(["a", "b"].map((id) => runner.relay(id, 1)))).toEqual([false, false]);
    const { runner: other } = createTestRunner({ relayBatch: async () => ["b"], relayAlone: fail });
    expect(await Promise.all(["a", "b"].map((id) => other.relay(id, 1)))).toEqual([true, false]);
  });

  test("gives up at the deadline, and close waits for the late run", async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<string[]>();
    const { runner } = createTestRunner({ relayBatch: () => answered, deadlineMs: 1 });
    expect(await runner.relay("v", 1)).toBe(false);
    let isClosed = false;
    const closing = runner.close().then(() => (isClosed = true));
    await turn();
    expect(isClosed).toBe(false);
    answer([]);
    await closing;
  });

  test("lets a single poster wait for nothing but their own update: 400 posts/s on one subject", async () => {
    const { clock, sleeps, pass } = createTestClock();
    const sleepNot = async (milliseconds: number) => void sleeps.push(milliseconds);
    const { runner, batches } = createTestRunner({ clock: { ...clock, sleep: sleepNot } });
    for (let count = 0; count < 2_000; count += 1) {
      expect(await runner.relay("v", count)).toBe(true);
      pass(2.5);
    }
    expect(sleeps).toEqual([]);
    expect(batches).toHaveLength(2_000);
  });

  test.each([
    ["of an instance over its budget", { viewers: 0, updates: 501 }],
    ["of a large audience", { viewers: 2_500, updates: 1 }],
  ])("gathers the changes of a subject %s in one run until it is due", async (_, { viewers, updates }) => {
    const { clock, sleeps, wake } = createTestClock();
    const { runner, batches } = createTestRunner({ clock, viewers });
    for (let count = 0; count < updates; count += 1) await runner.relay("v", count);
    expect(sleeps).toEqual([]);
    const waiting = Array.from({ length: 20 }, (_each, n) => runner.relay("v", updates + n));
    await turn();
    expect(sleeps).toHaveLength(1);
    expect(batches).toHaveLength(updates);
    wake();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([true]));
    expect(batches).toHaveLength(updates + 1);
  });

  test("waits a little after a run with several changes, since more will be in the next", async () => {
    const { clock, sleeps, wake } = createTestClock();
    const { runner } = createTestRunner({ clock });
    await Promise.all([1, 2, 3].map((seq) => runner.relay("v", seq)));
    const next = runner.relay("v", 4);
    await turn();
    expect(sleeps).toEqual([8]);
    wake();
    expect(await next).toBe(true);
  });

  test("begins a change's deadline when its run is due", async () => {
    const { clock, wake } = createTestClock();
    const { runner, batches } = createTestRunner({ clock, viewers: 2_500, deadlineMs: 1 });
    void runner.relay("v", 1);
    await until("the first run", () => batches.length === 1);
    let isAnswered = false;
    const answer = runner.relay("v", 2).finally(() => (isAnswered = true));
    await pause(20);
    expect(isAnswered).toBe(false);
    wake();
    await answer;
  });

  test("runs nothing when it is turned off", async () => {
    const { runner, batches } = createTestRunner({ deadlineMs: 0 });
    expect(await runner.relay("v", 1)).toBe(false);
    expect(batches).toEqual([]);
  });
});

describe("the breaker", () => {
  test("stops trying for each change after the first failure, and alerts when a later try fails too", async () => {
    const { breaker, raised } = createTestBreaker();
    const { runner, batches } = createTestRunner({ relayBatch: fail, breaker });
    for (let count = 0; count < 40; count += 1) await runner.relay(`v${count}`, 1);
    // More than one only if the machine stalls until the next try.
    expect(batches.length).toBeLessThan(12);
    await until("the next try", async () => {
      await runner.relay("v", 1);
      return raised.length > 0;
    });
    expect(raised).toEqual(["breaker"]);
    breaker.shutdown();
  });

  test("has the failure logged that opens it, and not what it refuses", async () => {
    const { breaker } = createTestBreaker();
    const { runner, batches, warnings } = createTestRunner({ relayBatch: fail, breaker });
    for (let count = 0; count < 5; count += 1) await runner.relay("v", 1);
    expect(breaker.opened).toBe(true);
    expect(warnings).toEqual(batches.map(() => expect.any(RealtimeError)));
    breaker.shutdown();
  });

  test("opens though only one video is active, whose run takes the whole time-out to fail", async () => {
    const { breaker } = createTestBreaker();
    const relayBatch = async () => {
      await pause(1_000);
      return fail();
    };
    const { runner, batches } = createTestRunner({ relayBatch, breaker, deadlineMs: 10 });
    // The video has been updated without a failure before.
    const before = createTestRunner({ breaker });
    for (let count = 0; count < 5; count += 1) await before.runner.relay("v", 1);
    await until("the breaker to open", async () => {
      await runner.relay("v", 1);
      return breaker.opened;
    });
    expect(batches.length).toBeLessThan(10);
    breaker.shutdown();
  });

  test.each([1, 2])("opens though only one video is active, whose run takes %d time-outs to fail", async (timeouts) => {
    const { breaker } = createTestBreaker(500);
    const relayAlone = async () => {
      // A request fails a little after its time-out.
      await pause(timeouts * 510);
      return fail();
    };
    const { runner } = createTestRunner({ relayBatch: undefined, relayAlone, breaker });
    for (let run = 0; run < 3; run += 1) await runner.relay("v", 1);
    expect(breaker.opened).toBe(true);
    breaker.shutdown();
  });

  test("is not closed by what MySQL does in a try, but by an answer of the Realtime Database", async () => {
    const { breaker } = createTestBreaker();
    const relayAlone = jest.fn<() => Promise<void>>(fail);
    const askOthers = jest.fn(async () => {});
    const { runner } = createTestRunner({ relayBatch: undefined, relayAlone, askOthers, breaker });
    await runner.relay("v", 1);
    expect(breaker.opened).toBe(true);
    askOthers.mockRejectedValueOnce(new Error("deadlock"));
    // An open breaker lets nothing run until its next try.
    await until("a try that MySQL ends", async () => {
      await runner.relay("v", 1);
      return askOthers.mock.calls.length > 1;
    });
    expect(relayAlone).toHaveBeenCalledTimes(1);
    expect(breaker.closed).toBe(false);
    relayAlone.mockResolvedValueOnce(undefined);
    expect(await runner.relay("v", 1)).toBe(true);
    expect(breaker.closed).toBe(true);
    breaker.shutdown();
  });

  test("is not closed, and stays open for all, while batches look in MySQL and leave their videos to runs that fail", async () => {
    const { breaker, raised } = createTestBreaker();
    const leaveAfterLookUp = (ids: string[]) => ids;
    const { runner, alone } = createTestRunner({ leaveAfterLookUp, relayAlone: fail, breaker });
    await until("a try to fail, and the alert", async () => {
      await runner.relay("v", 1);
      return raised.length > 0;
    });
    expect(alone.length).toBeLessThan(12);
    expect(breaker.opened).toBe(true);
    breaker.shutdown();
  });

  test("stays closed when one of many runs is lost", async () => {
    const { breaker } = createTestBreaker();
    const working = createTestRunner({ breaker });
    const failing = createTestRunner({ relayBatch: fail, breaker });
    for (let count = 0; count < 5; count += 1) await working.runner.relay(`v${count}`, 1);
    await failing.runner.relay("w", 1);
    expect(breaker.opened).toBe(false);
    breaker.shutdown();
  });

  test("saves one kind of subject from the waits that the other has made", async () => {
    const { breaker } = createTestBreaker();
    const videos = createTestRunner({ relayBatch: fail, breaker });
    const users = createTestRunner({ relayBatch: undefined, breaker });
    for (let count = 0; count < 10; count += 1) await videos.runner.relay(`v${count}`, 1);
    expect(await users.runner.relay("u", 1)).toBe(false);
    expect(users.alone).toEqual([]);
    breaker.shutdown();
  });

  test.each([
    ["is refused", new RealtimeError("refused", "permission denied")],
    ["fails for another reason, as Firebase Auth or MySQL", new Error("quota exceeded")],
  ])("stays closed when a subject %s", async (_, error) => {
    const { breaker, raised } = createTestBreaker();
    const failing = createTestRunner({ relayBatch: undefined, relayAlone: () => Promise.reject(error), breaker });
    for (let count = 0; count < 40; count += 1) expect(await failing.runner.relay(`u${count}`, 1)).toBe(false);
    expect(failing.alone).toHaveLength(40);
    expect(raised).toEqual([]);
    const videos = createTestRunner({ breaker });
    expect(await videos.runner.relay("v", 1)).toBe(true);
    breaker.shutdown();
  });
});
