import { describe, expect, test } from "@jest/globals";
import { type HashCaller, HashQueue, MAX_ADMITTED, MAX_KNOWN } from "../../../functions/src/security/hash-queue.ts";
import { turn } from "../../support/turn.ts";

/** A queue whose hashes run until the test ends them. */
class GatedQueue {
  /** The names of the hashes in the order in which they began. */
  readonly begun: string[] = [];
  readonly #queue = new HashQueue();
  readonly #ends: (() => void)[] = [];

  /** A request with one hash. Resolves to whether it was let in, once it is done. */
  ask(name: string, caller: HashCaller): Promise<boolean> {
    const work = this.#queue.admit(caller, (runHash) =>
      runHash(
        () =>
          new Promise<void>((resolve) => {
            this.begun.push(name);
            this.#ends.push(resolve);
          }),
      ),
    );
    return work.then(
      () => true,
      () => false,
    );
  }

  /** Ends all hashes, those included that begin meanwhile. */
  async endAll(): Promise<void> {
    do {
      this.#ends.shift()?.();
      await turn();
    } while (this.#ends.length > 0);
  }
}

const ipv4 = (n: number): HashCaller => ({ networks: [`198.51.100.${n}`] });
const ipv6 = (site: number, home: number, device: number): HashCaller => ({
  networks: [`${site}.${home}.${device}/64`, `${site}.${home}/56`, `${site}/48`],
});

const countLetIn = async (asked: Promise<boolean>[]) => (await Promise.all(asked)).filter(Boolean).length;
const times = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));

describe("the queue for password hashes", () => {
  test.each([
    ["one address", () => ipv4(1), MAX_ADMITTED.network],
    ["one /64", () => ipv6(1, 1, 1), MAX_ADMITTED.network],
    ["65,536 networks of one /48", (n: number) => ipv6(1, n >> 2, n), MAX_ADMITTED.widestNetwork],
    ["one known device", () => ({ known: "d" }), MAX_KNOWN.caller],
  ])("cannot be filled by %s", async (_, callerOf, most) => {
    const queue = new GatedQueue();
    const flood = times(100, (n) => queue.ask("flood", callerOf(n)));
    const others = [queue.ask("other", ipv4(200)), queue.ask("other", { known: "other" })];
    await queue.endAll();
    expect(await countLetIn(flood)).toBe(most);
    expect(await Promise.all(others)).toEqual([true, true]);
  });

  test("is bounded as a whole, and lets a known device in even then", async () => {
    const queue = new GatedQueue();
    const flood = times(1_000, (n) => queue.ask("flood", { networks: [`source ${n}`] }));
    const known = queue.ask("known", { known: "owner" });
    await queue.endAll();
    expect(await countLetIn(flood)).toBe(MAX_ADMITTED.everyone);
    expect(await known).toBe(true);
    // Only the four that ran already, and one in turn, came before.
    expect(queue.begun.indexOf("known")).toBeLessThanOrEqual(5);
  });

  test("gives each source its turn: the one that came last with one request waits for one hash of each other", async () => {
    const queue = new GatedQueue();
    const asked = [
      ...times(12, () => queue.ask("a", ipv4(1))),
      ...times(12, (n) => queue.ask("b", ipv6(1, 1, n))),
      queue.ask("c", ipv4(3)),
    ];
    await queue.endAll();
    expect(await countLetIn(asked)).toBe(25);
    expect(queue.begun.slice(0, 7)).toEqual(["a", "a", "a", "a", "a", "b", "c"]);
  });

  test("inside a /48, gives each /64 its turn", async () => {
    const queue = new GatedQueue();
    const asked = [...times(10, () => queue.ask("a", ipv6(1, 1, 1))), queue.ask("b", ipv6(1, 2, 2))];
    await queue.endAll();
    expect(await countLetIn(asked)).toBe(11);
    expect(queue.begun.slice(0, 6)).toEqual(["a", "a", "a", "a", "a", "b"]);
  });

  test("never runs more than four, passes a place on after a failure, and forgets who was there", async () => {
    const queue = new HashQueue();
    let running = 0;
    let most = 0;
    const ask = (n: number) =>
      queue.admit(ipv4(n), (runHash) =>
        runHash(async () => {
          running += 1;
          most = Math.max(most, running);
          await turn();
          running -= 1;
          if (n % 2) throw new Error("refused");
        }),
      );
    for (let round = 0; round < 3; round += 1) {
      const results = await Promise.allSettled(times(30, ask));
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(15);
    }
    expect(most).toBe(4);
  });

  test("refuses with a time to retry, before the request's own work", async () => {
    const queue = new HashQueue();
    const held = Promise.withResolvers<void>();
    const admitted = times(MAX_ADMITTED.network, () => queue.admit(ipv4(1), () => held.promise));
    let hasBegun = false;
    const refused = queue.admit(ipv4(1), async () => {
      hasBegun = true;
    });
    await expect(refused).rejects.toMatchObject({ code: "unavailable", retryAfter: 1 });
    expect(hasBegun).toBe(false);
    held.resolve();
    await Promise.all(admitted);
    await queue.admit(ipv4(1), async () => {});
  });
});
