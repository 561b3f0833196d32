import { setTimeout as sleep } from "node:timers/promises";
import * as videos from "../../../../functions/src/tables/comments/videos.ts";
import { ownDb } from "./own-database.ts";

export * from "../../../../functions/src/tables/comments/videos.ts";

export const takeSeq: typeof videos.takeSeq = async (_transaction, id) => {
  const seq = await videos.takeSeq(ownDb, id);
  // Widens the race, as a busy server does.
  await sleep(200);
  return seq;
};
