import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { Namespace } from "../../../rtdb-server/data/namespace.ts";
import { updateOf } from "../../../rtdb-server/data/change.ts";
import { Refusal } from "../../../rtdb-server/refusal.ts";
import { parseSource } from "../../../rtdb-server/rules/source.ts";
import { ADMIN } from "../../../rtdb-server/session/credentials.ts";
import { DATA_BEFORE, FENCE_CASES } from "../../support/realtime/fence-cases.ts";
import { mutantsOf } from "../../support/realtime/rule-mutants.ts";
import type { Source } from "../../../rtdb-server/rules/source.ts";
import type { FenceCase } from "../../support/realtime/fence-cases.ts";

type Rules = { [key: string]: Rules | string | boolean };

function plain(source: Source): Rules | string | boolean {
  if (source.kind === "object") return Object.fromEntries(source.entries.map(({ key, value }) => [key, plain(value)]));
  return source.kind === "list" ? "" : (source.value as string | boolean);
}

const RULES = (plain(parseSource(readFileSync("database.rules.json", "utf8"))) as { rules: Rules }).rules;
const GUARDED = ["comments", "changes", "sync"] as const;

function passes({ before = DATA_BEFORE, uid = "relay", parts }: FenceCase, rules: Rules): boolean {
  const namespace = new Namespace("fence", JSON.stringify({ rules }));
  namespace.write([{ path: [], json: before }], ADMIN);
  try {
    namespace.write(updateOf([], parts), { admin: false, auth: uid === null ? null : { uid, token: {} } });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.status === "permission_denied") return false;
    throw error;
  }
}

const broken = (rules: Rules): string[] =>
  FENCE_CASES.filter((one) => passes(one, rules) !== one.allowed).map(({ what }) => what);

/** The rules with a condition taken out wherever it stands word for word: what guards the same thing thrice is one condition. */
function without(condition: string): Rules {
  const rules = structuredClone(RULES);
  for (const place of GUARDED) {
    const node = (rules[place] as Rules)["$video_id"] as Rules;
    for (const kind of [".write", ".validate"]) {
      const mutant =
        typeof node[kind] === "string" ? mutantsOf(node[kind]).find((one) => one.condition === condition) : undefined;
      if (mutant !== undefined) node[kind] = mutant.rule;
    }
  }
  return rules;
}

const rulesOf = (place: string): string[] => {
  const node = (RULES[place] as Rules)["$video_id"] as Rules;
  return [node[".write"], node[".validate"]].filter((rule) => typeof rule === "string");
};
const conditions = [
  ...new Set(GUARDED.flatMap(rulesOf).flatMap((rule) => mutantsOf(rule).map(({ condition }) => condition))),
];

test("every case of the fence holds under the rules", () => {
  expect(broken(RULES)).toEqual([]);
});

test("the rules have conditions to take out", () => {
  expect(conditions.length).toBeGreaterThan(10);
});

test.each(conditions)("without the condition %s a case of the fence fails", (condition) => {
  expect(broken(without(condition))).not.toEqual([]);
});

test.each(["at", "$other"])("without the rule on %s of the fence a case fails", (child) => {
  const rules = structuredClone(RULES);
  delete ((rules["sync"] as Rules)["$video_id"] as Rules)[child];
  expect(broken(rules)).not.toEqual([]);
});
