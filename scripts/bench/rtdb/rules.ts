import { readFileSync } from "node:fs";
import { Namespace } from "../../../rtdb-server/data/namespace.ts";
import { type Identity, ADMIN } from "../../../rtdb-server/rules/identity.ts";
import { type Figure, medians } from "./figure.ts";
import type { Change } from "../../../rtdb-server/data/write.ts";

const CALLS = 4000;
const RULES_FILE = new URL("../../../database.rules.json", import.meta.url);

const relay: Identity = { admin: false, auth: { uid: "relay", token: {} } };
const alice: Identity = { admin: false, auth: { uid: "alice", token: { sid: "s1", ends: Number.MAX_SAFE_INTEGER } } };

/** The microseconds that a call takes. */
function timeOf(call: () => void): number {
  const start = performance.now();
  for (let i = 0; i < CALLS; i += 1) call();
  return ((performance.now() - start) * 1000) / CALLS;
}

export async function measureRules(): Promise<Figure[]> {
  const namespace = new Namespace("bench", readFileSync(RULES_FILE, "utf8"));
  namespace.write([{ path: ["sync", "v"], json: { epoch: 1, from: 0, to: 1, at: 1 } }], ADMIN);
  namespace.write([{ path: ["watching", "alice", "v", "s1"], json: true }], ADMIN);
  const fencedUpdate: Change[] = [
    { path: ["comments", "v", "c"], json: { id: "c", content: "hello" } },
    { path: ["changes", "v", "0000000000000002"], json: { id: "c", content: "hello" } },
    { path: ["sync", "v"], json: { epoch: 1, from: 1, to: 2, at: { ".sv": "timestamp" } } },
  ];
  const connections = { s1_0: { at: 1, state: "active" } };
  const presence: Change[] = [{ path: ["presence", "v", "alice"], json: { online: true, last_seen: 1, connections } }];

  /** The time that rules add to a write. */
  const measureWrite = async (name: string, changes: Change[], identity: Identity): Promise<Figure> => {
    const timeAs = (who: Identity) => () => timeOf(() => namespace.checkWrite(changes, who));
    const measurements = [timeAs(ADMIN), timeAs(identity)];
    await medians(3, measurements); // warm-up
    const [withoutRules = 0, withRules = 0] = await medians(15, measurements);
    const reference = { name: "the write itself, unchecked", value: withoutRules };
    return { name: `rules check of ${name}`, value: withRules - withoutRules, unit: "us", reference };
  };
  const read = (): number => timeOf(() => void namespace.canRead(["comments", "v"], null, alice));
  const [readTime = 0] = await medians(15, [read]);
  return [
    await measureWrite("a fenced update of three places", fencedUpdate, relay),
    await measureWrite("a user's presence", presence, alice),
    { name: "rules check of a read", value: readTime, unit: "us" },
  ];
}
