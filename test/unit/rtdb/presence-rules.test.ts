import { expect, test } from "@jest/globals";
import { AUDIENCE_CASES } from "../../support/realtime/audience-cases.ts";
import { PRESENCE_CASES } from "../../support/realtime/presence-cases.ts";
import { PLAIN_RULES, failedCases, mutantsBelow } from "../../support/realtime/rule-checks.ts";
import { DATA_BEFORE } from "../../support/realtime/rule-people.ts";
import { OPEN_CASES, USER_CASES } from "../../support/realtime/user-cases.ts";

const CASES = [...PRESENCE_CASES, ...AUDIENCE_CASES, ...USER_CASES, ...OPEN_CASES];

/**
 * Without these, the comparison with `now` beside them still refuses what is no number, because it cannot be evaluated. They stand there so
 * that a string of 10 MB does not depend on that.
 */
const SPARE = [
  "presence/$video_id/$user_id/last_seen .validate: newData.isNumber()",
  "presence/$video_id/$user_id/connections/$connection_id/at .validate: newData.isNumber()",
];

const ALL = ["presence", "audience", "typing", "watching", "online", "revoked"].flatMap(mutantsBelow);
const MUTANTS = ALL.filter(({ name }) => !SPARE.includes(name));

test("the rules pass every case of presence, audience and typing, and of what the relay writes of users", () => {
  expect(CASES.length).toBeGreaterThan(250);
  expect(failedCases(PLAIN_RULES, CASES, DATA_BEFORE)).toEqual([]);
});

test("no case has the description of another", () => {
  const descriptions = CASES.map(({ what }) => what);
  expect(descriptions.filter((what, n) => descriptions.indexOf(what) !== n)).toEqual([]);
});

test("the rules of users have more than fifty conditions to remove", () => {
  expect(MUTANTS.length).toBeGreaterThan(50);
  expect(ALL.length - MUTANTS.length).toBe(SPARE.length);
});

test.each(MUTANTS)("a case fails without $name", ({ rules }) => {
  expect(failedCases(rules, CASES, DATA_BEFORE)).not.toEqual([]);
});
