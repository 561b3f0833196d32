import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import type { RulesCase } from "./rule-checks.ts";
import {
  ADA,
  EVE,
  FUTURE,
  LOST,
  PHONE,
  type Parts,
  eve,
  lost,
  no,
  online,
  phone,
  relay,
  token,
  yes,
} from "./rule-people.ts";

/** What the relay alone writes of users, and who reads it. */
const WRITES: RulesCase[] = [
  yes(
    "what a user watches, with the user's next change",
    { ...online(6), [paths.watching(ADA)]: { w: { [PHONE]: true } } },
    { auth: relay },
  ),
  no("what a user watches, without a change", { [paths.watching(ADA)]: null }, { auth: relay }),
  no("what a user watches, by the user", { [`${paths.watching(ADA)}/w/${PHONE}`]: true }),
  no(
    "what a user watches, by somebody else with a change",
    { ...online(6), [paths.watching(ADA)]: null },
    { auth: eve },
  ),
  no("what all watch", { watching: null }, { auth: relay }),
  yes("the relay reads what a user watches", {}, { auth: relay, read: paths.watching(ADA) }),
  no("a user reads what they watch", {}, { read: paths.watching(ADA) }),

  yes("a user's next change", online(6), { auth: relay }),
  yes("a user's first change", online(1, "new"), { auth: relay }),
  no("a user's last change again", online(5), { auth: relay }),
  no("a user's next change, by the user", online(6)),
  no(
    "a change without a number",
    { [paths.online(ADA)]: { online: true } },
    { auth: relay, given: { [paths.online(ADA)]: null } },
  ),
  no(
    "a change with a text for a number",
    { [`${paths.online(ADA)}/seq`]: "6" },
    { auth: relay, given: { [paths.online(ADA)]: null } },
  ),
  no("a removed change", { [paths.online(ADA)]: null }, { auth: relay }),

  yes("a deactivation with the user's change", { ...online(6), [paths.revokedUser(ADA)]: true }, { auth: relay }),
  no("a deactivation without a change", { [paths.revokedUser(ADA)]: true }, { auth: relay }),
  no("a reactivation by the user", { ...online(6, EVE), [paths.revokedUser(EVE)]: null }, { auth: eve }),
  yes("a revocation", { [paths.revokedSession(PHONE)]: FUTURE }, { auth: relay }),
  yes("a revocation again", { [paths.revokedSession(LOST)]: FUTURE }, { auth: relay }),
  no("a revocation without an end", { [paths.revokedSession(LOST)]: true }, { auth: relay }),
  no("a revocation by the user", { [paths.revokedSession(PHONE)]: FUTURE }),
  no("the removal of a revocation", { [paths.revokedSession(LOST)]: null }, { auth: relay }),
  yes(
    "the removal of a revocation past its end",
    { [paths.revokedSession(LOST)]: null },
    { auth: relay, given: { [paths.revokedSession(LOST)]: 1 } },
  ),
  yes("the removal of a revocation that is not there", { [paths.revokedSession(PHONE)]: null }, { auth: relay }),
];

const reads = (who: string, auth: RulesCase["auth"], allowed: boolean, given?: Parts): RulesCase => ({
  what: `${who} reads whether a user is online`,
  allowed,
  auth,
  ...(given && { given }),
  read: paths.online(ADA),
});

const READS: RulesCase[] = [
  reads("the relay", relay, true),
  reads("a live session", phone, true),
  reads("a revoked session", lost, false),
  reads("a deactivated user", eve, false),
  reads("a session past its end", token(ADA, { sid: PHONE, ends: 1 }), false),
  reads("an anonymous Firebase user", { uid: "anonymous", token: {} }, false),
  reads("a client that is signed out", null, false),
  { what: "the relay reads presence", allowed: true, auth: relay, read: paths.presence("v") },
  { what: "anybody reads all presence", allowed: false, auth: phone, read: "presence" },
];

/** What a site may close (docs/deploy.md, Close presence), so no fault of a deployment's own rules. */
export const OPEN_CASES: readonly RulesCase[] = [
  { what: "anybody reads presence", allowed: true, auth: null, read: paths.presence("v") },
];

export const USER_CASES: readonly RulesCase[] = [...WRITES, ...READS];
