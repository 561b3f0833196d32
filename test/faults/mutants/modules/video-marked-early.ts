import * as fence from "../../../../functions/src/realtime/fence.ts";
import { moveAppliedSeq } from "../../../../functions/src/tables/sync/video-mirrors.ts";
import { ownDb } from "./own-database.ts";

export * from "../../../../functions/src/realtime/fence.ts";

export const writeFenced: typeof fence.writeFenced = async (realtime, update) => {
  const { videoId, from, to } = update;
  await moveAppliedSeq(ownDb, videoId, { from, to, completeAsOf: undefined });
  return fence.writeFenced(realtime, update);
};
