import type { Mutant } from "./mutant.ts";
import { rulesAt } from "./rules.ts";

/** Known ways to break the relay. test/unit/faults/mutants.test.ts fails when a mutant no longer fits the sources. */
export const mutants: Record<string, Mutant> = {
  "no deadline": {
    description:
      "A statement waits for its answer for as long as its connection is open. On a connection that died in silence, that is for ever.",
    violates: ["answers"],
    faults: ["mysql dead connections"],
    replaces: [
      {
        module: "functions/src/database/connections/deadline-connection.ts",
        by: "test/faults/mutants/modules/no-deadline.ts",
      },
    ],
  },
  "trusting Redis": {
    description:
      "The counters in Redis have no deadline, and nothing counts in their place. People wait for a silent Redis.",
    violates: ["answers"],
    faults: ["redis silent"],
    replaces: [
      { module: "functions/src/limits/open-counters.ts", by: "test/faults/mutants/modules/trusting-redis.ts" },
    ],
  },
  "no fence": {
    description:
      "The rules let every update of the relay pass, wherever the fence is. An update that arrives late then undoes later changes.",
    violates: ["order", "mark"],
    faults: ["rtdb late update"],
    changeRules(rules) {
      for (const place of ["comments", "changes", "sync"]) {
        rulesAt(rules, [place, "$video_id"])[".write"] = "auth.uid === 'relay'";
      }
    },
  },
  "an update by the Admin SDK": {
    description:
      "The SDK bypasses the rules, and keeps an update without a reply to send it again. Sent again, it undoes later changes.",
    violates: ["order", "mark"],
    faults: ["rtdb swallows replies", "rtdb away"],
    replaces: [{ module: "functions/src/realtime/realtime.ts", by: "test/faults/mutants/modules/admin-sdk-update.ts" }],
  },
  "a video marked before its write": {
    description:
      "The mark comes before the update of a video. If the update then fails, nothing repeats it before the next write to the video.",
    violates: ["mark"],
    faults: ["rtdb away"],
    replaces: [{ module: "functions/src/realtime/fence.ts", by: "test/faults/mutants/modules/video-marked-early.ts" }],
  },
  "a relay batch marked before its write": {
    description:
      "The mark comes before the shared update of several videos. If the update then fails, nothing repeats it before the next write to the video.",
    violates: ["mark"],
    faults: ["rtdb away"],
    replaces: [{ module: "functions/src/realtime/fence.ts", by: "test/faults/mutants/modules/batch-marked-early.ts" }],
  },
  "whatever a replica has": {
    description:
      "Reads on a replica are not held against the change that the reader has seen. A lagging replica shows an older state.",
    violates: ["reads"],
    faults: ["replica lags"],
    replaces: [{ module: "functions/src/replicas/video-reader.ts", by: "test/faults/mutants/modules/any-state.ts" }],
  },
  "an edited comment from a cache": {
    description: "The relay shows what a comment said when it saw it first. Listeners never see an edit.",
    violates: ["mirror"],
    faults: [],
    minWrites: 200,
    replaces: [{ module: "functions/src/relay/videos/update.ts", by: "test/faults/mutants/modules/cached-comment.ts" }],
  },
  "an edit's number committed before the edit": {
    description:
      "An edit or deletion takes its change number outside its transaction. The relay passes the number before the change is there, and never comes back.",
    violates: ["mirror"],
    faults: [],
    minWrites: 300,
    replaces: [
      { module: "functions/src/tables/comments/videos.ts", by: "test/faults/mutants/modules/edit-numbered-early.ts" },
    ],
  },
  "a post's number committed before the post": {
    description:
      "A post takes its change number outside its transaction. The relay passes the number before the post is there, and never comes back.",
    violates: ["mirror"],
    faults: [],
    minWrites: 200,
    replaces: [
      { module: "functions/src/batching/group-commit.ts", by: "test/faults/mutants/modules/post-numbered-early.ts" },
    ],
  },
  "numbers from an AUTO_INCREMENT column": {
    description:
      "Transactions get their change numbers without the video's lock, and commit in another order. The relay passes a number before its change is there.",
    violates: ["mirror"],
    faults: [],
    minWrites: 200,
    schema: "CREATE TABLE change_numbers (id BIGINT AUTO_INCREMENT PRIMARY KEY)",
    replaces: [
      {
        module: "functions/src/tables/comments/videos.ts",
        by: "test/faults/mutants/modules/auto-increment-numbers.ts",
      },
      { module: "functions/src/batching/group-commit.ts", by: "test/faults/mutants/modules/auto-increment-posts.ts" },
    ],
  },
};
