import { deleteApp, initializeApp } from "firebase/app";
import { getDatabase, goOffline, onValue, ref } from "firebase/database";
import { randomUUID } from "node:crypto";
import { readBacklog } from "../../functions/src/tables/sync/video-mirrors.ts";
import { projectId } from "../platform/paths.ts";
import { createPoster } from "./post.ts";
import { runTask, startBench } from "./system.ts";

/** One hot video: how many updates the Realtime Database gets for how many comments, and what is left at the end. */
export async function benchHot(say: (line: string) => void, seconds: number): Promise<void> {
  const rate = 200;
  const system = await startBench({ dispatch: true });
  const databaseURL = `http://${system.rtdbHost}/?ns=${projectId}-default-rtdb`;
  const app = initializeApp({ projectId, apiKey: "local", databaseURL }, "hot");
  const database = getDatabase(app);
  try {
    const api = await system.fleet.start("api");
    await system.fleet.start("relayVideos");
    let updates = 0;
    onValue(ref(database, "sync/hot"), () => (updates += 1));
    const poster = createPoster(api.url, system.tokens);
    const sending: Promise<void>[] = [];
    const started = performance.now();
    for (let count = 0; count < rate * seconds; count += 1) {
      const wait = started + (count * 1000) / rate - performance.now();
      if (wait > 0) await sleep(wait);
      sending.push(poster.post("hot"));
    }
    await Promise.all(sending);
    await sleep(1_000);
    const took = (performance.now() - started) / 1000;
    const backlog = await readBacklog(system.context.db);
    poster.close();
    say(
      `one hot video, ${rate}/s for ${seconds} s: ${(sending.length / (took - 1)).toFixed(0)} comments/s posted, ` +
        `${(updates / took).toFixed(1)} updates/s, ${backlog.changes} changes behind 1 s after the last`,
    );
  } finally {
    goOffline(database);
    await deleteApp(app);
    await system.close();
  }
}

/** A backlog as an outage leaves it, drained by one process of the relay. */
export async function benchBacklog(say: (line: string) => void): Promise<void> {
  const [videos, each] = [1_000, 100];
  const system = await startBench({ dispatch: false });
  try {
    const { db } = system.context;
    for (let number = 0; number < videos; number += 1) {
      const rows = Array.from({ length: each }, (_, index) => ({
        id: randomUUID(),
        video_id: `backlog-${number}`,
        user_id: system.userId,
        content: "a comment of the length that comments have",
        seq: index + 1,
      }));
      await db.insertInto("comments").values(rows).execute();
    }
    const ids = Array.from({ length: videos }, (_, number) => `backlog-${number}`);
    await db
      .insertInto("videos")
      .values(ids.map((id) => ({ id, seq: each })))
      .execute();
    await system.fleet.start("relayVideos");
    await runTask(system.fleet, JSON.stringify({ data: { video_id: "none" } }));
    const started = performance.now();
    const left = ids.values();
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        for (const id of left) await runTask(system.fleet, JSON.stringify({ data: { video_id: id } }));
      }),
    );
    const took = (performance.now() - started) / 1000;
    const backlog = await readBacklog(db);
    say(
      `backlog of ${videos * each} changes on ${videos} videos, one process: drained in ${took.toFixed(1)} s, ` +
        `${((videos * each) / took).toFixed(0)} changes/s, ${backlog.changes} left`,
    );
  } finally {
    await system.close();
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
