import { describe, expect, test } from "@jest/globals";
import { createDelivery } from "../../../functions/src/relay/delivery.ts";
import type { InlineRelay } from "../../../functions/src/relay/inline.ts";
import { turn } from "../../support/turn.ts";

/** A delivery whose inline relay answers when it is told to, and that tells for which videos a task was asked for. */
function held() {
  const runs = new Map<string, (done: boolean) => void>();
  const woken: string[] = [];
  const inline: InlineRelay = {
    run: (videoId) => new Promise((resolve) => void runs.set(videoId, resolve)),
    close: async () => {},
  };
  const delivery = createDelivery(inline, async (videoId) => void woken.push(videoId));
  const returned: string[] = [];
  const deliver = (videoId: string) => void delivery.publish(videoId, 1).then(() => returned.push(videoId));
  return { delivery, deliver, runs, woken, returned };
}

describe("the delivery of a change", () => {
  test("a call alone waits until its change is relayed, and no task is enqueued", async () => {
    const { deliver, runs, woken, returned } = held();
    deliver("a");
    await turn();
    expect(returned).toEqual([]);
    runs.get("a")?.(true);
    await turn();
    expect(returned).toEqual(["a"]);
    expect(woken).toEqual([]);
  });

  test("a change that is not relayed in time gets a task", async () => {
    const { deliver, runs, woken, returned } = held();
    deliver("a");
    runs.get("a")?.(false);
    await turn();
    expect(woken).toEqual(["a"]);
    expect(returned).toEqual(["a"]);
  });

  test("the newest call waits for all, and the others for none", async () => {
    const { deliver, runs, returned } = held();
    for (const videoId of ["a", "b", "c"]) deliver(videoId);
    await turn();
    expect(returned).toEqual(["a", "b"]);
    runs.get("c")?.(true);
    runs.get("a")?.(true);
    await turn();
    expect(returned).toEqual(["a", "b"]);
    runs.get("b")?.(true);
    await turn();
    expect(returned).toEqual(["a", "b", "c"]);
  });

  test("the end waits for what is under way", async () => {
    const { delivery, deliver, runs, woken } = held();
    deliver("a");
    const closed = delivery.close().then(() => woken.push("closed"));
    runs.get("a")?.(false);
    await closed;
    expect(woken).toEqual(["a", "closed"]);
  });
});
