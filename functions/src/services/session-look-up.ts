import { createBatcher } from "../batcher.ts";
import type { Db } from "../tables/schema.ts";
import type { LiveSession } from "../tables/sessions.ts";
import { findLiveSessions } from "../tables/sessions.ts";
import { SEEN_EVERY } from "./sessions.ts";

/** The session and its user as MySQL has them now; undefined when either has ended. */
export type SessionLookUp = (id: string) => Promise<LiveSession | undefined>;

/** Requests that ask at the same time share a query; none is answered from one that began before it asked. */
export function createSessionLookUp(db: Db): SessionLookUp {
  return createBatcher(
    async (ids: string[]) => {
      const found = await findLiveSessions(db, ids, SEEN_EVERY);
      return ids.map((id) => found.get(id));
    },
    { size: 64, lanes: 4 },
  );
}
