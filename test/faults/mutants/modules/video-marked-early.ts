import * as fence from "../../../../functions/src/realtime/fence.ts";
import { moveAppliedSeq } from "../../../../functions/src/tables/sync/video-mirrors.ts";
import { ownDb } from "./own-database.ts";

export * from "../../../../functions/src/realtime/fence.ts";

export const writeFenced: typeof fence.writeFenced = async (realtime, update) => {
  await moveAppliedSeq(ownDb, update.videoId, update.from, update.to);
  return fence.writeFenced(realtime, update);
};
