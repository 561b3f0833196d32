import { createBatcher } from "../batcher.ts";
import type { Posting, PostingQuery } from "../tables/posting.ts";
import { readPostings } from "../tables/posting.ts";
import type { Trips } from "../tables/trips.ts";

export type { Posting };

/** All that is to be known before a post is written, as MySQL has it now. */
export type PostingLookUp = (query: PostingQuery) => Promise<Posting>;

/** Posts that ask at the same time share a query; none is answered from one that began before it asked. */
export function createPostingLookUp(trips: Trips): PostingLookUp {
  return createBatcher((queries: PostingQuery[]) => readPostings(trips, queries), { size: 64, lanes: 4 });
}
