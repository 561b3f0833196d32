import { deleteApp, initializeApp } from "firebase/app";
import { getDatabase, goOffline, onValue, ref } from "firebase/database";
import { readBacklog } from "../../../functions/src/tables/sync/video-mirrors.ts";
import { projectId } from "../../platform/paths.ts";
import type { Figure } from "../figure.ts";
import { createPoster } from "../poster.ts";
import { startBench } from "../system.ts";
import { atRate, pause } from "../timings.ts";

const RATE = { perSecond: 200, seconds: 60 };

/** One hot video: how many updates its comments cost, and whether the relay keeps up. There is no reference. */
export async function benchHot(): Promise<Figure[]> {
  const system = await startBench({ runsTasks: true });
  const databaseURL = `http://${system.rtdbHost}/?ns=${projectId}-default-rtdb`;
  const app = initializeApp({ projectId, apiKey: "local", databaseURL }, "hot");
  const database = getDatabase(app);
  try {
    const api = await system.fleet.start("api");
    await system.fleet.start("relayVideos");
    let updates = 0;
    onValue(ref(database, "sync/hot"), () => (updates += 1));
    const poster = createPoster(api.url, system.tokens);
    const startedAt = performance.now();
    await atRate(RATE, () => poster.post("hot"));
    const seconds = (performance.now() - startedAt) / 1000;
    await pause(1_000);
    const backlog = await readBacklog(system.context.db);
    poster.close();
    const name = `one hot video at ${RATE.perSecond}/s for ${RATE.seconds} s`;
    const posted = (RATE.perSecond * RATE.seconds) / seconds;
    return [
      { name: `${name}, posted`, value: posted, unit: "/s" },
      {
        name: `${name}, updates`,
        value: updates / (seconds + 1),
        unit: "/s",
        // One listener is a small audience, so each post may be an update of its own.
        target: { of: "value", atMost: RATE.perSecond },
      },
      {
        name: `${name}, behind 1 s after the last post`,
        value: backlog.changes,
        unit: "changes",
        target: { of: "value", atMost: 0 },
      },
    ];
  } finally {
    goOffline(database);
    await deleteApp(app);
    await system.close();
  }
}
