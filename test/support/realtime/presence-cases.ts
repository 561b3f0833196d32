import { CONNECTIONS_PER_SESSION } from "../../../functions/src/contract/realtime-nodes.ts";
import { connectionKey, paths } from "../../../functions/src/contract/realtime-paths.ts";
import { GONE_CASES, here } from "./gone-cases.ts";
import type { RulesCase } from "./rule-checks.ts";
import {
  ADA,
  EVE,
  FUTURE,
  LAPTOP,
  LOST,
  PHONE,
  type Parts,
  at,
  eve,
  key,
  lost,
  no,
  online,
  own,
  phone,
  place,
  relay,
  token,
  yes,
} from "./rule-people.ts";

/** Every place that a client writes, with a value that it may have, and which of the values below it may have too. */
const PLACES: Record<string, { valid: unknown; others?: unknown[] }> = {
  [own]: { valid: { online: true, last_seen: 1 } },
  [place("online")]: { valid: true, others: [true, false] },
  [place("last_seen")]: { valid: 1, others: [0, 1, -1] },
  [place("connections")]: { valid: { [key(0)]: at } },
  [place("connections", key(0))]: { valid: at },
  [place("connections", key(0), "at")]: { valid: 1, others: [0, 1, -1] },
  [place("connections", key(0), "state")]: { valid: "away" },
};

const VALUES: unknown[] = [
  true,
  false,
  0,
  1,
  -1,
  1e308,
  "",
  "text",
  "activeactive",
  "x".repeat(100_000),
  [1],
  ["active"],
  { a: 1 },
  { 0: at },
  { [key(1)]: "active" },
];

const shown = (value: unknown) => JSON.stringify(value).slice(0, 40);

const NO_RIGHTS: [who: string, auth: RulesCase["auth"], given?: Parts][] = [
  ["a session past its end", token(ADA, { sid: PHONE, ends: 1 })],
  ["a token without an end", { uid: ADA, token: { sid: PHONE } }],
  ["a revoked session", phone, { [paths.revokedSession(PHONE)]: FUTURE }],
  ["a deactivated user", phone, { [paths.revokedUser(ADA)]: true }],
  ["a session that does not watch the video", phone, { [`${paths.watching(ADA)}/v/${PHONE}`]: null }],
  ["a session that watches another video", phone, { [paths.watching(ADA)]: { w: { [PHONE]: true } } }],
];

/** Each JSON type and some sizes, priorities and server values, at each place that a client writes. */
const generated = Object.entries(PLACES).flatMap(([path, { valid, others = [] }]): RulesCase[] => {
  const name = path.replace(own, "own").replace(PHONE, "phone");
  const isField = /\/(at|state)$/.test(name);
  const isTime = /(at|last_seen)$/.test(name);
  const withPriority = typeof valid === "object" ? valid : { ".value": valid };
  const cases = VALUES.map((value): RulesCase => {
    const what = `${name} = ${shown(value)}`;
    return others.includes(value) ? yes(what, { [path]: value }) : no(what, { [path]: value });
  });
  // Whether a parent is validated when a field of it is deleted, the official documents do not say.
  if (!isField) cases.push(yes(`a delete of ${name}`, { [path]: null }), yes(`${name} = {}`, { [path]: {} }));
  for (const priority of [1, "x"]) {
    cases.push(no(`${name} with the priority ${priority}`, { [path]: { ...withPriority, ".priority": priority } }));
    cases.push(no(`the priority ${priority} for ${name}`, { [`${path}/.priority`]: priority }));
  }
  const timestamp = { [path]: { ".sv": "timestamp" } };
  const increment = (by: number) => ({ [path]: { ".sv": { increment: by } } });
  cases.push(
    ...(others.includes(valid) ? [] : [yes(`${name} = ${shown(valid)}`, { [path]: valid })]),
    isTime ? yes(`the server's time as ${name}`, timestamp) : no(`the server's time as ${name}`, timestamp),
    isTime ? yes(`an increment of ${name}`, increment(1)) : no(`an increment of ${name}`, increment(1)),
    no(`a large increment of ${name}`, increment(1e300)),
  );
  // The same by others, at their own or at other places.
  const elsewhere = path.replace(ADA, EVE);
  for (const value of [valid, null]) {
    const values = shown(value);
    cases.push(
      no(`${name} = ${values} by another user`, { [path]: value }, { auth: token(EVE, { sid: PHONE }) }),
      no(`${name} of another user = ${values}`, { [elsewhere]: value }),
      no(`${name} = ${values} by nobody`, { [path]: value }, { auth: null }),
      no(`${name} = ${values} by a token without a session`, { [path]: value }, { auth: token(ADA, {}) }),
      no(`${name} = ${values} by a token with an empty session`, { [path]: value }, { auth: token(ADA, { sid: "" }) }),
    );
  }
  cases.push(no(`${name} on a video that nobody watches`, { [path.replace("/v/", "/w/")]: valid }));
  for (const [who, auth, given] of NO_RIGHTS) {
    cases.push(no(`${name} = ${shown(valid)} by ${who}`, { [path]: valid }, { auth, ...(given && { given }) }));
  }
  return cases;
});

const connections = (keys: string[]) => Object.fromEntries(keys.map((key) => [key, at]));
const connection = (key: string) => paths.connection("v", ADA, key);
const flag = place("online");

const SHAPES: RulesCase[] = [
  yes("the documented presence without connections", { [own]: { online: true, last_seen: { ".sv": "timestamp" } } }),
  yes("the flag and the time in one update", {
    [flag]: true,
    [place("last_seen")]: { ".sv": "timestamp" },
  }),
  yes("all connections that a session may have", {
    [place("connections")]: connections(
      Array.from({ length: CONNECTIONS_PER_SESSION }, (_, n) => connectionKey(PHONE, n)),
    ),
  }),
  yes("a presence with a connection", { [own]: { online: true, connections: { [key(7)]: at } } }),
  no("a presence with an unknown key", { [own]: { online: true, last_seen: 1, name: "ada" } }),
  no("an unknown key beside a presence", { [place("name")]: "ada" }),
  no("a connection with an unknown key", { [connection(key(1))]: { ...at, agent: "x" } }),
  no("an unknown key in a connection", { [`${connection(key(0))}/agent`]: "x" }),
  no("a connection without a time", { [connection(key(1))]: { state: "active" } }),
  no("a connection without a state", { [connection(key(1))]: { at: 1 } }),
  no("a connection in the future", { [connection(key(1))]: { at: FUTURE, state: "active" } }),
  no("a time in the future", { [place("last_seen")]: FUTURE }),
  ...["8", "9", "-1", "00", "10", "x", "", "0_0", "x_0"].map((n) =>
    no(`a connection with the number "${n}"`, { [connection(key(n))]: at }),
  ),
  no("a connection that is named after no session", { [connection("tab")]: at }),
  no("a connection of another session of the user", { [connection(key(1, LAPTOP))]: at }),
  no("a connection of another session, among its own", {
    [own]: { connections: connections([key(0), key(0, LAPTOP)]) },
  }),
  no("a presence in two places at once, one of them another user's", {
    [own]: null,
    [paths.userPresence("v", EVE)]: null,
  }),
  no("everybody's presence on a video", { [paths.presence("v")]: null }),
  no("everybody's presence", { presence: null }),
  no("a priority of a video's presence", { [`${paths.presence("v")}/.priority`]: 1 }),

  yes("the whole presence, deleted by a revoked session", { [own]: null }, { auth: lost }),
  yes("its connection, deleted by a revoked session", { [connection(key(0, LOST))]: null }, { auth: lost }),
  yes(
    "its connection, deleted by a session past its end",
    { [connection(key(0))]: null },
    { auth: token(ADA, { sid: PHONE, ends: 1 }) },
  ),
  no("another session's connection, deleted by a revoked session", { [connection(key(0))]: null }, { auth: lost }),
  no(
    "another user's connection, deleted by a session of the same id",
    { [connection(key(0))]: null },
    { auth: token(EVE, { sid: PHONE }) },
  ),
  no("a connection changed by a revoked session", { [connection(key(0, LOST))]: at }, { auth: lost }),
];

const RELAY: RulesCase[] = [
  yes(
    "a user's presence, removed with the user's next change",
    { ...online(6), [own]: null },
    { auth: relay, given: here },
  ),
  yes(
    "a connection, removed with the user's next change",
    { ...online(6), [connection(key(0))]: null },
    { auth: relay },
  ),
  no("a user's presence, removed without a change", { [own]: null }, { auth: relay, given: here }),
  no("a user's presence, removed late", { ...online(5), [own]: null }, { auth: relay, given: here }),
  no(
    "a user's presence, removed with another user's change",
    { ...online(6, EVE), [own]: null },
    { auth: relay, given: here },
  ),
  no("a user's presence, removed with a change by somebody else", { ...online(6), [own]: null }, { auth: eve }),
  no("a user's presence, written by the relay", { ...online(6), [own]: { online: true } }, { auth: relay }),
  no("a connection, removed without a change", { [connection(key(0))]: null }, { auth: relay }),
  no(
    "a connection, removed with another user's change",
    { ...online(6, EVE), [connection(key(0))]: null },
    { auth: relay },
  ),
  no(
    "a connection, written by the relay",
    { ...online(6), [connection(key(0))]: { at: 2, state: "away" } },
    { auth: relay },
  ),
  yes(
    "the flag, taken back where no connection is left",
    { [flag]: false },
    { auth: relay, given: { [place("connections")]: null } },
  ),
  yes(
    "the flag, taken back with the last connection",
    {
      ...online(6),
      ...Object.fromEntries([PHONE, LAPTOP, LOST].map((id) => [connection(key(0, id)), null])),
      [flag]: false,
    },
    { auth: relay },
  ),
  no("the flag, taken back where a connection is left", { [flag]: false }, { auth: relay }),
  no("the flag, set by the relay", { [flag]: true }, { auth: relay, given: { [place("connections")]: null } }),
  no("the flag, removed by the relay", { [flag]: null }, { auth: relay, given: { [place("connections")]: null } }),
  no("the flag, made by the relay", { [flag]: false }, { auth: relay, given: { [own]: { last_seen: 1 } } }),
  no("the flag, taken back by another user", { [flag]: false }, { auth: eve, given: { [place("connections")]: null } }),
];

export const PRESENCE_CASES: readonly RulesCase[] = [...generated, ...SHAPES, ...GONE_CASES, ...RELAY];
