import { type LiveSession, liveSessionsQuery, toLiveSession } from "../tables/accounts/sessions.ts";
import type { ShareQuery } from "./shared-queries.ts";

/** Finds a session with its user, as MySQL has them now; undefined if the session is not live. */
export type FindLiveSession = (id: string) => Promise<LiveSession | undefined>;

export function createFindLiveSession(shareQuery: ShareQuery): FindLiveSession {
  return shareQuery({
    buildStatements: (ids: string[]) => [liveSessionsQuery(ids)],
    readResults([rows = []], ids) {
      const sessions = new Map(rows.map((row) => [row.session_id, toLiveSession(row)]));
      return ids.map((id) => sessions.get(id));
    },
  });
}
