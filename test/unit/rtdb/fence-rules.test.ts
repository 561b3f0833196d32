import { expect, test } from "@jest/globals";
import { Namespace } from "../../../rtdb-server/data/namespace.ts";
import { parseUpdate } from "../../../rtdb-server/data/write.ts";
import { RequestError } from "../../../rtdb-server/request-error.ts";
import { ADMIN } from "../../../rtdb-server/rules/identity.ts";
import { type FenceCase, FENCE_CASES, DATA_BEFORE } from "../../support/realtime/fence-cases.ts";
import { type Rules, PLAIN_RULES } from "../../support/realtime/rule-checks.ts";
import { mutantsOf } from "../../support/realtime/rule-mutants.ts";

/** What only the relay writes, under the fence. */
const FENCED_LOCATIONS = ["comments", "changes", "videos", "sync"] as const;

const rulesOfVideo = (rules: Rules, location: string): Rules => (rules[location] as Rules)["$video_id"] as Rules;

const CONDITIONS = new Set(
  FENCED_LOCATIONS.map((location) => rulesOfVideo(PLAIN_RULES, location))
    .flatMap((rules) => [rules[".write"], rules[".validate"]])
    .filter((rule) => typeof rule === "string")
    .flatMap(mutantsOf)
    .map(({ condition }) => condition),
);

/** The rules without a condition, wherever it occurs word for word: a condition that guards three locations counts as one. */
function rulesWithout(condition: string): Rules {
  const rules = structuredClone(PLAIN_RULES);
  for (const location of FENCED_LOCATIONS) {
    const node = rulesOfVideo(rules, location);
    for (const kind of [".write", ".validate"]) {
      const rule = node[kind];
      if (typeof rule !== "string") continue;
      const mutant = mutantsOf(rule).find((mutant) => mutant.condition === condition);
      if (mutant !== undefined) node[kind] = mutant.rule;
    }
  }
  return rules;
}

function isAllowed({ before = DATA_BEFORE, uid = "relay", parts }: FenceCase, rules: Rules): boolean {
  const namespace = new Namespace("fence", JSON.stringify({ rules }));
  namespace.write([{ path: [], json: before }], ADMIN);
  try {
    namespace.write(parseUpdate([], parts), { admin: false, auth: uid === null ? null : { uid, token: {} } });
    return true;
  } catch (error) {
    if (error instanceof RequestError && error.status === "permission_denied") return false;
    throw error;
  }
}

function failedCases(rules: Rules): string[] {
  return FENCE_CASES.filter((fenceCase) => isAllowed(fenceCase, rules) !== fenceCase.allowed).map(({ what }) => what);
}

test("the rules pass every case of the fence", () => {
  expect(failedCases(PLAIN_RULES)).toEqual([]);
});

test("the rules have more than ten conditions to remove", () => {
  expect(CONDITIONS.size).toBeGreaterThan(10);
});

test.each([...CONDITIONS])("a case of the fence fails without the condition %s", (condition) => {
  expect(failedCases(rulesWithout(condition))).not.toEqual([]);
});

test.each([
  ["sync", "at"],
  ["sync", "$other"],
  ["videos", "comments_open"],
  ["videos", "slow_mode_seconds"],
  ["videos", "hold_for_review"],
  ["videos", "$other"],
])("a case of the fence fails without the rule for %s/$video_id/%s", (location, child) => {
  const rules = structuredClone(PLAIN_RULES);
  const node = rulesOfVideo(rules, location);
  // Without a rule of its own, a child would be judged by that for all others.
  node[child] = { ".validate": true };
  expect(failedCases(rules)).not.toEqual([]);
});
