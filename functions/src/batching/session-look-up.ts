import type { LiveSession } from "../tables/accounts/sessions.ts";
import { selectLiveSessions, toLiveSession } from "../tables/accounts/sessions.ts";
import type { Trips } from "./shared-queries.ts";
import { SEEN_EVERY } from "../tables/accounts/user-devices.ts";

/** The session and its user as MySQL has them now; undefined when either has ended. */
export type SessionLookUp = (id: string) => Promise<LiveSession | undefined>;

export function createSessionLookUp(trips: Trips): SessionLookUp {
  return trips({
    ask: (ids: string[]) => [selectLiveSessions(ids, SEEN_EVERY)],
    read([rows = []], ids) {
      const found = new Map(rows.map((row) => [row.session_id, toLiveSession(row)]));
      return ids.map((id) => found.get(id));
    },
  });
}
