import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseRulesJson } from "../../../rtdb-server/rules/parse-rules-json.ts";
import { FENCE_CASES, DATA_BEFORE as FENCE_DATA } from "../../../test/support/realtime/fence-cases.ts";
import { PRESENCE_CASES } from "../../../test/support/realtime/presence-cases.ts";
import { type RulesCase, failedCases } from "../../../test/support/realtime/rule-checks.ts";
import { DATA_BEFORE } from "../../../test/support/realtime/rule-people.ts";
import { USER_CASES } from "../../../test/support/realtime/user-cases.ts";
import { messageOf } from "../../platform/problem.ts";
import { type Check, type Outcome, error, ok } from "../outcome.ts";

const FILE = "database.rules.json";

/** The security rules judge every attack that we know as they should. */
export const rules: Check = {
  id: "rules",
  run: ({ root }) => outcomesOf(readFileSync(join(root, FILE), "utf8")),
};

function outcomesOf(text: string): Outcome[] {
  try {
    parseRulesJson(text);
  } catch (cause) {
    return [error(`${FILE} cannot be parsed: ${messageOf(cause)}`, "correct the file")];
  }
  const failed = [...failedFenceCases(text), ...failedCases(text, [...USER_CASES, ...PRESENCE_CASES], DATA_BEFORE)];
  const count = FENCE_CASES.length + USER_CASES.length + PRESENCE_CASES.length;
  if (failed.length === 0) return [ok(`${FILE} judges ${count} accesses as it should`)];
  return [error(`${FILE} judges wrongly, among ${failed.length}: ${failed[0]}`, "restore the file from the release")];
}

function failedFenceCases(text: string): string[] {
  return FENCE_CASES.flatMap(({ what, allowed, before = FENCE_DATA, uid = "relay", parts }) => {
    const rulesCase: RulesCase = { what, allowed, parts, auth: uid === null ? null : { uid, token: {} } };
    return failedCases(text, [rulesCase], before);
  });
}
