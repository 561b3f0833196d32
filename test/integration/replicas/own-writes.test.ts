import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Client } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { type ReplicatedApi, useReplicated } from "../../support/app/use-replicated.ts";
import { createUser } from "../../support/app/users.ts";
import { canReplicate } from "../../support/mysql/replicated.ts";

/** Videos on which somebody writes at the same time. */
const LANES = 10;

(canReplicate ? describe : describe.skip)("with a replica that lags by a second and is used", () => {
  const app = useApp();
  const replicated = useReplicated(app);
  let ada: Client;
  let reader: ReplicatedApi;

  beforeAll(async () => {
    // The bound is far away, so that the replica is used although it lags.
    const writer = replicated.openApi({ maxLagSeconds: 3_600 });
    reader = replicated.openApi({ maxLagSeconds: 3_600 });
    ada = await createUser(writer.send);
    await replicated.servers.delay(1);
    await reader.untilUsed(app.newVideoId());
  });

  /** Posts so many comments through one instance, and reads after each through another one. Returns how many reads lacked the comment. */
  async function countMissed(writes: number, read: (video: string, seq: string) => Promise<string>): Promise<number> {
    let missed = 0;
    const runLane = async () => {
      const video = app.newVideoId();
      for (let n = 0; n < writes / LANES; n += 1) {
        const { status, headers, body } = await ada.post(video, `post ${n}`);
        expect(status).toBe(201);
        const found = await read(video, headers.get("video-seq")!);
        if (!found.includes(body.comment.id)) missed += 1;
      }
    };
    await Promise.all(Array.from({ length: LANES }, runLane));
    return missed;
  }

  const list = async (client: Client, video: string, headers: Record<string, string> = {}) => {
    const reply = await client.call("GET", `/videos/${video}/comments?limit=1`, undefined, headers);
    expect(reply.status).toBe(200);
    return JSON.stringify(reply.body);
  };

  test("a reader who names their write's change sees it, 300 times", async () => {
    const behind = await reader.reads("replica", "behind");
    const missed = await countMissed(300, (video, seq) => list(reader.anonymous, video, { "min-video-seq": seq }));
    expect(missed).toBe(0);
    expect(await reader.reads("replica", "behind")).toBeGreaterThan(behind);
  });

  test("so does a reader who is signed in and names none", async () => {
    expect(await countMissed(100, (video) => list(ada.through(reader.send), video))).toBe(0);
  });

  test("control: a reader who is signed out and names none misses some", async () => {
    expect(await countMissed(100, (video) => list(reader.anonymous, video))).toBeGreaterThan(0);
  });
});
