import { MAX_LISTED_VIEWERS } from "../../../functions/src/contract/presence.ts";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import type { RulesCase } from "./rule-checks.ts";
import { ADA, EVE, FUTURE, PHONE, type Parts, eve, lost, no, phone, relay, token, yes } from "./rule-people.ts";

const place = paths.audience("v");
const counted = (viewers: number, at = 1) => ({ [place]: { viewers, at } });
const byRelay = (given?: Parts) => ({ auth: relay, ...(given && { given }) });

const AUDIENCE: RulesCase[] = [
  yes("the first count", counted(3), byRelay()),
  yes("the next count", counted(0, 2), byRelay(counted(3))),
  yes("a count over a damaged one", counted(3), byRelay({ [place]: { viewers: 3, at: "x" } })),
  no("a count that comes late", counted(3), byRelay(counted(4, 2))),
  no("a count that comes twice", counted(3), byRelay(counted(3))),
  no("a count of the future", counted(3, FUTURE), byRelay()),
  no("a count without a time", { [place]: { viewers: 3 } }, byRelay()),
  no("a time without a count", { [place]: { at: 1 } }, byRelay()),
  no("a negative count", counted(-1), byRelay()),
  no("a count that is a text", { [place]: { viewers: "3", at: 1 } }, byRelay()),
  no("a count with an unknown key", { [place]: { viewers: 3, at: 1, names: "ada" } }, byRelay()),
  no("a removed count", { [place]: null }, byRelay(counted(3))),
  no("a count by a user", counted(3)),
  no("a count by nobody", counted(3), { auth: null }),
  no("all counts", { audience: null }, byRelay()),
  { what: "anybody reads the count", allowed: true, auth: null, read: place },
  { what: "anybody reads all counts", allowed: false, auth: phone, read: "audience" },
];

const own = paths.userTyping("v", ADA);
const now = { ".sv": "timestamp" };
const typed = { [own]: now };
const before = { [own]: 1 };

const TYPING: RulesCase[] = [
  yes("a sign of typing", typed),
  yes("a sign of typing again", typed, { given: before }),
  yes("the end of typing", { [own]: null }, { given: before }),
  yes(
    "the end of a user's typing, by the relay, while somebody else types",
    { [own]: null },
    { auth: relay, given: { ...before, [paths.userTyping("v", EVE)]: 1 } },
  ),
  no("a sign of typing, by the relay", typed, { auth: relay }),
  yes("the end of typing, by a revoked session", { [own]: null }, { auth: lost, given: before }),
  ...[1, FUTURE, "x", true, { a: 1 }].map((value) => no(`typing = ${JSON.stringify(value)}`, { [own]: value })),
  no("typing with a priority", { [own]: { ".value": now, ".priority": 1 } }),
  no("a priority for typing", { [`${own}/.priority`]: 1 }, { given: before }),
  no("typing by another user", typed, { auth: token(EVE, { sid: PHONE }) }),
  no("the end of typing, by another user", { [own]: null }, { auth: eve, given: before }),
  no("the end of typing, by a token without a session", { [own]: null }, { auth: token(ADA, {}), given: before }),
  no(
    "the end of typing, by a token with an empty session",
    { [own]: null },
    { auth: token(ADA, { sid: "" }), given: before },
  ),
  no("the end of typing, by nobody", { [own]: null }, { auth: null, given: before }),
  no("typing by a revoked session", typed, { auth: lost }),
  no("typing by a session past its end", typed, { auth: token(ADA, { sid: PHONE, ends: 1 }) }),
  no("typing by a deactivated user", typed, { given: { [paths.revokedUser(ADA)]: true } }),
  no("typing on a video that nobody watches", { [paths.userTyping("w", ADA)]: now }),
  no("typing by a session that does not watch the video", typed, {
    given: { [`${paths.watching(ADA)}/v/${PHONE}`]: null },
  }),
  yes("typing in the largest audience that is listed", typed, { given: counted(MAX_LISTED_VIEWERS) }),
  no("typing in a larger audience", typed, { given: counted(MAX_LISTED_VIEWERS + 1) }),
  yes("the end of typing in a larger audience", { [own]: null }, { given: { ...before, ...counted(1_000) } }),
  yes("the relay ends all typing on a video", { [paths.typing("v")]: null }, byRelay(before)),
  yes("the relay ends a user's typing", { [own]: null }, byRelay(before)),
  no("the relay types", typed, byRelay()),
  no("a user ends all typing on a video", { [paths.typing("v")]: null }, { given: before }),
  no("all typing", { typing: null }, byRelay(before)),
  { what: "anybody reads who is typing", allowed: true, auth: null, read: paths.typing("v") },
  { what: "anybody reads all typing", allowed: false, auth: phone, read: "typing" },
];

export const AUDIENCE_CASES: readonly RulesCase[] = [...AUDIENCE, ...TYPING];
