import { createBatcher } from "../batcher.ts";
import type { LiveSession } from "../tables/sessions.ts";
import { selectLiveSessions, toLiveSession } from "../tables/sessions.ts";
import type { Trips } from "../tables/trips.ts";
import { SEEN_EVERY } from "./sessions.ts";

/** The session and its user as MySQL has them now; undefined when either has ended. */
export type SessionLookUp = (id: string) => Promise<LiveSession | undefined>;

/** Requests that ask at the same time share a query; none is answered from one that began before it asked. */
export function createSessionLookUp({ db, ask }: Trips): SessionLookUp {
  return createBatcher(
    async (ids: string[]) => {
      const [rows = []] = await ask([selectLiveSessions(db, ids, SEEN_EVERY)]);
      const found = new Map(rows.map((row) => [row.session_id, toLiveSession(row)]));
      return ids.map((id) => found.get(id));
    },
    { size: 64, lanes: 4 },
  );
}
