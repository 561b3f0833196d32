import { expect, test } from "@jest/globals";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { readNextUpdate } from "../../../functions/src/relay/videos/next-update.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { takeSeqs } from "../../../functions/src/tables/comments/videos.ts";
import { noQueue } from "../../support/app/queue.ts";
import { useApp } from "../../support/app/use-app.ts";

// No inline relay and no queue: only the test relays.
const env = { INLINE_RELAY_DEADLINE_MS: "0" };
const app = useApp({ users: { ada: "user" }, env, parts: { videoQueue: noQueue } });
const { ada } = app.users;

/** Inserts comments in one transaction; returns their ids. */
async function insertComments(video: string, count: number, content: string): Promise<string[]> {
  return app.db.transaction().execute(async (transaction) => {
    const last = await takeSeqs(transaction, video, count);
    const rows = Array.from({ length: count }, (_, n) => {
      return { id: app.context.newId(), video_id: video, user_id: ada.id, content, seq: last - count + 1 + n };
    });
    await transaction.insertInto("comments").values(rows).execute();
    return rows.map(({ id }) => id);
  });
}

test("a delta that is cut short removes no change that a reader may rely on", async () => {
  const video = app.newVideoId();
  const [first = ""] = await insertComments(video, 300, "short");
  await relayVideo(app.context, video);
  await insertComments(video, 179, "x".repeat(2_000));
  expect((await ada.edit(video, first, "edited")).status).toBe(200);

  const next = await readNextUpdate(app.context, video);
  const { to, values } = next!.update;
  // Control: it is a delta, and is cut short.
  expect(values).toHaveProperty([paths.change(video, 300 - 199)], null);
  expect(to).toBeLessThan(450);
  const removed = Object.keys(values).filter((path) => path.startsWith("changes/") && values[path] === null);
  const tooEarly = removed.map((path) => Number(path.split("/").at(-1))).filter((seq) => seq > to - 200);
  expect(tooEarly).toEqual([]);
});
