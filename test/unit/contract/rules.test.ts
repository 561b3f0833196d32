import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FirebaseClaims } from "../../../functions/src/contract/account.ts";
import { MIN_GONE_AFTER_SECONDS, MAX_LISTED_VIEWERS } from "../../../functions/src/contract/presence.ts";
import {
  type AudienceNode,
  type FenceNode,
  type PresenceNode,
  CONNECTION_STATES,
  CONNECTIONS_PER_SESSION,
  RELAY_UID,
} from "../../../functions/src/contract/realtime-nodes.ts";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { root } from "../../../scripts/platform/paths.ts";

type Rules = { [key: string]: Rules | string | boolean };

const file = readFileSync(join(root, "database.rules.json"), "utf8");

/** The rules as JSON: without comments, and with each expression on one line. */
function parse(text: string): Rules {
  const json = text.replaceAll(/^\s*\/\/.*$/gm, "").replaceAll(/\n\s*/g, " ");
  return (JSON.parse(json) as { rules: Rules }).rules;
}

function nodeAt(rules: Rules, path: string): Rules {
  return path.split("/").reduce((node, key) => (node[key] ?? {}) as Rules, rules);
}

/** The topmost places that grant a read or a write. */
function placesIn(rules: Rules, place = ""): string[] {
  return Object.entries(rules).flatMap(([key, value]) => {
    if (typeof value !== "object") return [];
    const path = place === "" ? key : `${place}/${key}`;
    return ".read" in value || ".write" in value ? [path] : placesIn(value, path);
  });
}

const fieldsOf = (node: Rules) => Object.keys(node).filter((key) => /^\w/.test(key));
const distinct = (text: string, pattern: RegExp) =>
  Array.from(new Set(Array.from(text.matchAll(pattern), ([, found = ""]) => found))).toSorted();

/** What the rules say about the things that the contract declares. */
function factsOf(text: string) {
  const rules = parse(text);
  const expressions = JSON.stringify(rules);
  const presence = nodeAt(rules, paths.userPresence("$video_id", "$user_id"));
  const fence = nodeAt(rules, paths.sync("$video_id"));
  return {
    places: placesIn(rules).toSorted(),
    writers: distinct(expressions, /auth\.uid === '(\w+)'/g),
    claims: distinct(expressions, /auth\.token\.(\w+)/g),
    fence: fieldsOf(fence).toSorted(),
    requiredInFence: distinct(JSON.stringify(fence[".validate"]), /'(\w+)'/g),
    presence: fieldsOf(presence).toSorted(),
    audience: fieldsOf(nodeAt(rules, paths.audience("$video_id"))).toSorted(),
    connection: fieldsOf(nodeAt(presence, "connections/$connection_id")).toSorted(),
    states: distinct(expressions, /newData\.val\(\) === '(\w+)'/g),
    connectionKeys: distinct(expressions, /matches\(\/([^)]*)\/\)/g),
    numbers: distinct(expressions, /\b(\d+)\b/g),
  };
}

/** The same, from the contract. The types make sure that no field is forgotten. */
function expectedFacts(): ReturnType<typeof factsOf> {
  const claims: Omit<FirebaseClaims, "role"> = { sid: "s", ends: 1 };
  const fence: FenceNode = { epoch: 1, from: 0, to: 1, at: 1 };
  const connection = { at: 1, state: "active" } as const;
  const audience: AudienceNode = { viewers: 1, at: 1 };
  const presence: Required<PresenceNode> = { online: true, last_seen: 1, connections: { c: connection } };
  return {
    places: [
      paths.comments("$video_id"),
      paths.changes("$video_id"),
      paths.sync("$video_id"),
      paths.online("$user_id"),
      paths.revokedUser("$user_id"),
      paths.revokedSession("$session_id"),
      paths.watching("$user_id"),
      paths.presence("$video_id"),
      paths.audience("$video_id"),
      paths.typing("$video_id"),
    ].toSorted(),
    writers: [RELAY_UID],
    claims: Object.keys(claims).toSorted(),
    fence: Object.keys(fence).toSorted(),
    requiredInFence: Object.keys(fence).toSorted(),
    presence: Object.keys(presence).toSorted(),
    audience: Object.keys(audience).toSorted(),
    connection: Object.keys(connection).toSorted(),
    states: [...CONNECTION_STATES].toSorted(),
    connectionKeys: [`_[0-${CONNECTIONS_PER_SESSION - 1}]$`],
    numbers: [
      ...["0", "2", String(CONNECTIONS_PER_SESSION - 1)],
      ...[MIN_GONE_AFTER_SECONDS * 1_000, 60_000, MAX_LISTED_VIEWERS].map(String),
    ].toSorted(),
  };
}

test("the security rules agree with the contract", () => {
  expect(factsOf(file)).toEqual(expectedFacts());
});

test.each([
  ["a place", '"online": {\n      "$user_id"', '"away": {\n      "$user_id"'],
  ["the relay's uid", "'relay'", "'mirror'"],
  ["a claim", "auth.token.sid", "auth.token.session"],
  ["a field of the fence", "'epoch', 'from'", "'epoch', 'since'"],
  ["a field of the presence", '"last_seen"', '"seen_at"'],
  ["a field of a connection", '"state"', '"status"'],
  ["a state", "'away'", "'idle'"],
  ["a field of the audience", '"viewers": {', '"count": {'],
  ["the time after which somebody is gone", "now - 120000", "now - 120001"],
  ["the largest audience in which one may type", "<= 100", "<= 101"],
  ["a connection's key", "_[0-7]", "_[0-8]"],
  ["a number", "length + 2", "length + 3"],
])("control: %s that differs is noticed", (_what, text, changed) => {
  const mutant = file.replaceAll(text, changed);
  expect(mutant).not.toBe(file);
  expect(factsOf(mutant)).not.toEqual(expectedFacts());
});
