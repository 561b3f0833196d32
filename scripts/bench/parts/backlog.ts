import { randomUUID } from "node:crypto";
import type { Db } from "../../../functions/src/database/schema.ts";
import { readBacklog } from "../../../functions/src/tables/sync/video-mirrors.ts";
import type { Figure } from "../figure.ts";
import { relayTask, runTask, startBench } from "../system.ts";
import { time } from "../timings.ts";

const VIDEOS = 1_000;
const CHANGES_EACH = 100;
/** As many tasks as one instance of the relay runs at once. */
const CONCURRENT_TASKS = 40;

/** The backlog of an outage, drained by one process of the relay. There is no reference. */
export async function benchBacklog(): Promise<Figure[]> {
  const system = await startBench({ runsTasks: false });
  try {
    const { db } = system.context;
    const videoIds = Array.from({ length: VIDEOS }, (_, number) => `backlog-${number}`);
    await insertBacklog(db, system.userId, videoIds);
    await system.fleet.start("relayVideos");
    await runTask(system.fleet, relayTask("none"));
    const left = videoIds.values();
    const runTasks = async () => {
      for (const videoId of left) await runTask(system.fleet, relayTask(videoId));
    };
    const milliseconds = await time(() => Promise.all(Array.from({ length: CONCURRENT_TASKS }, runTasks)));
    const backlog = await readBacklog(db);
    const total = VIDEOS * CHANGES_EACH;
    const name = `backlog of ${total.toLocaleString("en")} changes on ${VIDEOS.toLocaleString("en")} videos`;
    return [
      { name, value: (total * 1000) / milliseconds, unit: "/s", target: { of: "value", atLeast: 5_000 } },
      { name: `${name}, left`, value: backlog.changes, unit: "changes", target: { of: "value", atMost: 0 } },
    ];
  } finally {
    await system.close();
  }
}

async function insertBacklog(db: Db, userId: string, videoIds: string[]): Promise<void> {
  for (const videoId of videoIds) {
    const rows = Array.from({ length: CHANGES_EACH }, (_, index) => ({
      id: randomUUID(),
      video_id: videoId,
      user_id: userId,
      content: "a comment of the length that comments have",
      seq: index + 1,
    }));
    await db.insertInto("comments").values(rows).execute();
  }
  const videos = videoIds.map((id) => ({ id, seq: CHANGES_EACH }));
  await db.insertInto("videos").values(videos).execute();
}
