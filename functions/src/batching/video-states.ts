import { type VideoState, videoStatesQuery } from "../tables/comments/videos.ts";
import type { ShareQuery } from "./shared-queries.ts";

/** Finds which change a video is at, as MySQL has it now. */
export type FindVideoState = (id: string) => Promise<VideoState>;

/** Of a video that nobody has written to. */
const UNKNOWN = { seq: 0, epoch: 1, floor: 0 };

export function createFindVideoState(shareQuery: ShareQuery): FindVideoState {
  return shareQuery({
    buildStatements: (ids: string[]) => [videoStatesQuery(ids)],
    readResults([rows = []], ids) {
      const states = new Map(rows.map(({ id, ...state }) => [id, state]));
      return ids.map((id) => states.get(id) ?? UNKNOWN);
    },
  });
}
