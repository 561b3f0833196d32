import * as fence from "../../../../functions/src/realtime/fence.ts";
import { moveAppliedSeq } from "../../../../functions/src/tables/sync/video-mirrors.ts";
import { ownDb } from "./own-database.ts";

export * from "../../../../functions/src/realtime/fence.ts";

export const writeAllFenced: typeof fence.writeAllFenced = async (realtime, updates) => {
  for (const { videoId, from, to } of updates) {
    await moveAppliedSeq(ownDb, videoId, { from, to, completeAsOf: undefined });
  }
  return fence.writeAllFenced(realtime, updates);
};
