import { beforeEach, describe, expect, test } from "@jest/globals";
import { Namespace } from "../../../../rtdb-server/data/namespace.ts";
import { type Change, parseUpdate } from "../../../../rtdb-server/data/write.ts";
import { ADMIN, type Identity } from "../../../../rtdb-server/rules/identity.ts";
import { parsePath } from "../../../../rtdb-server/tree/path.ts";
import type { Listener } from "../../../../rtdb-server/data/view.ts";

const RULES = {
  open: { ".read": true },
  signed: { ".read": "auth != null" },
  rooms: { $room: { ".read": "root.child('members').child($room).child(auth.uid).exists()" } },
  self: { $id: { ".read": "data.child('public').val() === true" } },
  either: { ".read": "root.child('first').val() === true || root.child('second').hasChildren(['a', 'b'])" },
  ranked: { ".read": "root.child('rank').getPriority() === 1" },
  early: { ".read": `now < ${Date.now() + 1e12} && root.child('first').exists()` },
};
const ann: Identity = { admin: false, auth: { uid: "ann" } };

let namespace: Namespace;
beforeEach(() => {
  namespace = new Namespace("test", JSON.stringify({ rules: RULES }));
});

const update = (json: object): void => namespace.write(parseUpdate([], json), ADMIN);

/** Listens, and records what happens: "recheck", "end" when the right is lost, "push". */
function listen(path: string, identity: Identity = ann): { events: string[]; isAllowed: boolean } {
  const location = parsePath(path);
  const events: string[] = [];
  const isAllowed = (): boolean => namespace.canListen(location, null, { identity, listener });
  const listener: Listener = {
    owner: {},
    push: () => events.push("push"),
    recheck: () => {
      events.push("recheck");
      if (isAllowed()) return;
      namespace.removeListener(view, listener);
      events.push("end");
    },
  };
  const result = { events, isAllowed: isAllowed() };
  const view = namespace.addListener(location, null, listener);
  return result;
}

describe("a listener loses its right when data changes that its rule looked at:", () => {
  test.each<[string, string, object, object]>([
    ["a place elsewhere", "/rooms/a", { "members/a/ann": true }, { "members/a/ann": null }],
    ["a place above it", "/rooms/a", { "members/a/ann": true }, { members: null }],
    ["the root", "/rooms/a", { "members/a/ann": true }, { members: "none", rooms: { a: 1 } }],
    ["the place itself", "/self/x", { "self/x/public": true }, { "self/x/public": false }],
    ["a place that becomes a value", "/rooms/a", { "members/a/ann": true }, { "members/a": 5 }],
    ["a child among several", "/either", { second: { a: 1, b: 1 } }, { "second/b": null }],
    ["a priority", "/ranked", { rank: { ".value": 1, ".priority": 1 } }, { "rank/.priority": 2 }],
    ["one of two conditions, next to the time", "/early", { first: true }, { first: null }],
  ])("%s", (_what, path, before, change) => {
    update(before);
    const listener = listen(path);
    expect(listener.isAllowed).toBe(true);
    update(change);
    expect(listener.events).toEqual(["recheck", "end"]);
  });
});

test("a write that ends a right and changes the data shows the data to nobody who lost it", () => {
  update({ "members/a/ann": true });
  const listener = listen("/rooms/a");
  update({ "members/a/ann": null, "rooms/a/secret": 1 });
  expect(listener.events).toEqual(["recheck", "end"]);
});

test("a listener stays while its rule holds for another reason, and then depends on that", () => {
  update({ first: true, second: { a: 1, b: 2 } });
  const listener = listen("/either");
  update({ "second/a": 5 });
  expect(listener.events).toEqual([]);
  update({ first: false });
  expect(listener.events).toEqual(["recheck"]);
  update({ "second/a": null });
  expect(listener.events).toEqual(["recheck", "recheck", "end"]);
});

test("writes elsewhere ask no rule, nor do any for listeners whose rule looks at no data, or for administrators", () => {
  update({ "members/a/ann": true });
  const [room, open, signed, admin] = [
    listen("/rooms/a"),
    listen("/open"),
    listen("/signed"),
    listen("/rooms/b", ADMIN),
  ];
  update({ "members/b/ann": true, "members/a/bob": true, "other/x": 1, "rooms/c": 1 });
  update({ members: { a: { ann: true } } });
  expect(room.events).toEqual(["recheck"]);
  expect([open.events, signed.events, admin.events]).toEqual([[], [], []]);
});

test("a listener that ended is not asked again", () => {
  update({ "members/a/ann": true });
  const listener = listen("/rooms/a");
  update({ "members/a/ann": null });
  update({ "members/a/ann": true });
  expect(listener.events).toEqual(["recheck", "end"]);
});

test("a rule can look at a place that is deeper than data can be", () => {
  const rules = { ".read": "root.child(auth.path).exists() || root.child('a').exists()" };
  namespace = new Namespace("deep", JSON.stringify({ rules }));
  const changes: Change[] = [{ path: ["a"], json: 1 }];
  namespace.write(changes, ADMIN);
  const listener = listen("/x", { admin: false, auth: { path: "a/".repeat(100_000) } });
  namespace.write([{ path: ["a"], json: null }], ADMIN);
  expect(listener.events).toEqual(["recheck", "end"]);
});
