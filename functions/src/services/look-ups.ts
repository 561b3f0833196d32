import { createBatcher } from "../batcher.ts";
import type { Posting, PostingQuery } from "../tables/posting.ts";
import { readPostings } from "../tables/posting.ts";
import type { Db } from "../tables/schema.ts";
import type { LiveSession } from "../tables/sessions.ts";
import { findLiveSessions } from "../tables/sessions.ts";
import { SEEN_EVERY } from "./sessions.ts";

/** What nearly every request asks MySQL first. Requests that ask at the same time share a query; none is answered from an earlier one. */
export interface LookUps {
  findLiveSession: (id: string) => Promise<LiveSession | undefined>;
  readPosting: (query: PostingQuery) => Promise<Posting>;
}

// Two at once: while one is under way the next fills, and a third would only make them smaller.
const LIMITS = { size: 64, lanes: 4 };

export function createLookUps(db: Db): LookUps {
  return {
    findLiveSession: createBatcher(async (ids: string[]) => {
      const found = await findLiveSessions(db, ids, SEEN_EVERY);
      return ids.map((id) => found.get(id));
    }, LIMITS),
    readPosting: createBatcher((queries: PostingQuery[]) => readPostings(db, queries), LIMITS),
  };
}
