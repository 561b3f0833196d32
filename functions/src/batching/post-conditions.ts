import {
  type PostConditions,
  type PostKey,
  postConditionsQuery,
  toPostConditions,
} from "../tables/comments/post-conditions.ts";
import type { ShareQuery } from "./shared-queries.ts";

/** Finds what decides whether a post may be written, as MySQL has it now. */
export type FindPostConditions = (key: PostKey) => Promise<PostConditions>;

export function createFindPostConditions(shareQuery: ShareQuery): FindPostConditions {
  return shareQuery({
    buildStatements: (keys: PostKey[]) => [postConditionsQuery(keys)],
    readResults: ([rows = []]) => rows.toSorted((a, b) => a.n - b.n).map(toPostConditions),
  });
}
