import type { Posting, PostingQuery } from "../tables/comments/posting.ts";
import { selectPostings, toPosting } from "../tables/comments/posting.ts";
import type { Trips } from "./shared-queries.ts";

export type { Posting };

/** All that is to be known before a post is written, as MySQL has it now. */
export type PostingLookUp = (query: PostingQuery) => Promise<Posting>;

export function createPostingLookUp(trips: Trips): PostingLookUp {
  return trips({
    ask: (queries: PostingQuery[]) => [selectPostings(queries)],
    read: ([rows = []]) => rows.toSorted((a, b) => a.n - b.n).map(toPosting),
  });
}
