import {
  type PostingState,
  type PostKey,
  postingStateQuery,
  toPostingState,
} from "../tables/comments/posting-state.ts";
import type { ShareQuery } from "./shared-queries.ts";

/** Finds what decides whether a post is allowed, as MySQL has it now. */
export type FindPostingState = (key: PostKey) => Promise<PostingState>;

export function createFindPostingState(shareQuery: ShareQuery): FindPostingState {
  return shareQuery({
    buildStatements: (keys: PostKey[]) => [postingStateQuery(keys)],
    readResults: ([rows = []]) => rows.toSorted((a, b) => a.n - b.n).map(toPostingState),
  });
}
