import { readFileSync } from "node:fs";
import { Namespace } from "../../../rtdb-server/data/namespace.ts";
import { ADMIN } from "../../../rtdb-server/session/credentials.ts";
import { inTurn } from "./figure.ts";
import type { Change } from "../../../rtdb-server/data/change.ts";
import type { Identity } from "../../../rtdb-server/rules/access.ts";
import type { Figure } from "./figure.ts";

const SLICE = 4000;
const relay: Identity = { admin: false, auth: { uid: "relay", token: {} } };
const alice: Identity = { admin: false, auth: { uid: "alice", token: { sid: "s1", ends: Number.MAX_SAFE_INTEGER } } };

/** Microseconds of a call. */
function time(call: () => void): number {
  const begun = performance.now();
  for (let i = 0; i < SLICE; i += 1) call();
  return ((performance.now() - begun) * 1000) / SLICE;
}

export async function measureRules(): Promise<Figure[]> {
  const namespace = new Namespace(
    "bench",
    readFileSync(new URL("../../../database.rules.json", import.meta.url), "utf8"),
  );
  namespace.write([{ path: ["sync", "v"], json: { epoch: 1, from: 0, to: 1, at: 1 } }], ADMIN);
  const fence = { epoch: 1, from: 1, to: 2, at: { ".sv": "timestamp" } };
  const fenced: Change[] = [
    { path: ["comments", "v", "c"], json: { id: "c", content: "hello" } },
    { path: ["changes", "v", "0000000000000002"], json: { id: "c", content: "hello" } },
    { path: ["sync", "v"], json: fence },
  ];
  const connections = { c1: { at: 1, state: "active" } };
  const presence: Change[] = [{ path: ["presence", "v", "alice"], json: { online: true, last_seen: 1, connections } }];
  const compare = async (name: string, changes: Change[], identity: Identity): Promise<Figure> => {
    const measures = [ADMIN, identity].map((who) => () => time(() => namespace.check(changes, who)));
    await inTurn(3, measures); // warm
    const [bare = 0, checked = 0] = await inTurn(15, measures);
    const reference = { what: "the write itself, unchecked", value: bare };
    return { what: `rules check of ${name}`, value: checked - bare, unit: "us", reference };
  };
  const read = (): number => time(() => void namespace.mayRead(["comments", "v"], null, alice));
  const [readTime = 0] = await inTurn(15, [read]);
  return [
    await compare("a fenced update of three places", fenced, relay),
    await compare("a user's presence", presence, alice),
    { what: "rules check of a read", value: readTime, unit: "us" },
  ];
}
