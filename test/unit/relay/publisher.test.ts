import { describe, expect, test } from "@jest/globals";
import { createPublisher } from "../../../functions/src/relay/mechanism/publisher.ts";
import { turn } from "../../support/turn.ts";

/** A publisher whose inline relay ends when the test says so, and that notes for which subjects a task was requested. */
function setUp() {
  const endRun = new Map<string, (isDone: boolean) => void>();
  const requested: string[] = [];
  const publisher = createPublisher(
    (id) => new Promise((resolve) => void endRun.set(id, resolve)),
    async (id) => void requested.push(id),
  );
  const returned: string[] = [];
  const publish = (id: string) => void publisher.publish(id, 1).then(() => returned.push(id));
  return { publisher, publish, endRun, requested, returned };
}

describe("publish", () => {
  test("waits until its change is relayed, and requests no task", async () => {
    const { publish, endRun, requested, returned } = setUp();
    publish("a");
    await turn();
    expect(returned).toEqual([]);
    endRun.get("a")?.(true);
    await turn();
    expect(returned).toEqual(["a"]);
    expect(requested).toEqual([]);
  });

  test("requests a task for a change that is not relayed in time", async () => {
    const { publish, endRun, requested, returned } = setUp();
    publish("a");
    endRun.get("a")?.(false);
    await turn();
    expect(requested).toEqual(["a"]);
    expect(returned).toEqual(["a"]);
  });

  test("waits for all changes under way in the newest call, and releases the earlier ones", async () => {
    const { publish, endRun, returned } = setUp();
    for (const id of ["a", "b", "c"]) publish(id);
    await turn();
    expect(returned).toEqual(["a", "b"]);
    endRun.get("c")?.(true);
    endRun.get("a")?.(true);
    await turn();
    expect(returned).toEqual(["a", "b"]);
    endRun.get("b")?.(true);
    await turn();
    expect(returned).toEqual(["a", "b", "c"]);
  });

  test("waits for its own change in publishAndWait, although a newer call would release it", async () => {
    const { publisher, publish, endRun, returned } = setUp();
    void publisher.publishAndWait("a", 1).then(() => returned.push("a"));
    publish("b");
    endRun.get("b")?.(true);
    await turn();
    expect(returned).toEqual([]);
    endRun.get("a")?.(true);
    await turn();
    expect(returned.toSorted()).toEqual(["a", "b"]);
  });

  test("close waits for the changes under way", async () => {
    const { publisher, publish, endRun, requested } = setUp();
    publish("a");
    const closed = publisher.close().then(() => requested.push("closed"));
    endRun.get("a")?.(false);
    await closed;
    expect(requested).toEqual(["a", "closed"]);
  });
});
