import { expect, test } from "@jest/globals";
import { Namespace } from "../../../../rtdb-server/data/namespace.ts";
import { type Change, parseUpdate } from "../../../../rtdb-server/data/write.ts";
import { RequestError } from "../../../../rtdb-server/request-error.ts";
import { ADMIN } from "../../../../rtdb-server/rules/identity.ts";
import { parseWireQuery } from "../../../../rtdb-server/session/wire-query.ts";
import { parsePath } from "../../../../rtdb-server/tree/path.ts";

const somebody = { admin: false, auth: { uid: "somebody", token: {} } } as const;

function createNamespace(rules: object, data: unknown = null): Namespace {
  const namespace = new Namespace("test", JSON.stringify({ rules }));
  namespace.write([{ path: [], json: data }], ADMIN);
  return namespace;
}

const trySet = (namespace: Namespace, path: string, json: unknown): boolean =>
  tryWrite(namespace, [{ path: parsePath(path), json }]);
const tryUpdate = (namespace: Namespace, path: string, json: unknown): boolean =>
  tryWrite(namespace, parseUpdate(parsePath(path), json));

/** Writes as somebody. @returns whether the rules allow it */
function tryWrite(namespace: Namespace, changes: Change[]): boolean {
  try {
    namespace.write(changes, somebody);
    return true;
  } catch (error) {
    if (error instanceof RequestError && error.status === "permission_denied") return false;
    throw error;
  }
}

const canRead = (namespace: Namespace, path: string, wireQuery: object | null = null): boolean =>
  namespace.canRead(parsePath(path), wireQuery && parseWireQuery(wireQuery), somebody);

test("access needs a grant, which is valid for everything below it and cannot be revoked below", () => {
  const namespace = createNamespace({ a: { ".read": true, ".write": true, b: { ".read": false, ".write": false } } });
  expect([
    canRead(namespace, "/"),
    canRead(namespace, "/a"),
    canRead(namespace, "/a/b/c"),
    canRead(namespace, "/other"),
  ]).toEqual([false, true, true, false]);
  expect([
    trySet(namespace, "/", 1),
    trySet(namespace, "/a", 1),
    trySet(namespace, "/a/b/c", 1),
    trySet(namespace, "/other", 1),
  ]).toEqual([false, true, true, false]);
});

test("a grant gives no access to the location above it", () => {
  const namespace = createNamespace({ a: { b: { ".read": true, ".write": true } } });
  expect([canRead(namespace, "/a"), canRead(namespace, "/a/b")]).toEqual([false, true]);
  expect([trySet(namespace, "/a", { b: 1 }), trySet(namespace, "/a/b", 1)]).toEqual([false, true]);
});

test("a literal key comes before $name, and $name is the key in all rules below", () => {
  const namespace = createNamespace({
    $any: { ".write": "$any === 'open'", deep: { ".write": "$any === 'half'" } },
    literal: { ".write": false },
  });
  expect(["/open/x", "/half/x", "/half/deep", "/literal/x"].map((path) => trySet(namespace, path, 1))).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test("data is the data before the write, and newData the data after it, merged with what stays", () => {
  const namespace = createNamespace(
    {
      doc: {
        ".write": "data.child('v').val() === 1 && newData.child('v').val() === 2 && newData.child('kept').exists()",
      },
    },
    { doc: { v: 1, kept: true } },
  );
  expect(trySet(namespace, "/doc", { v: 2 })).toBe(false); // the set deletes `kept`
  expect(trySet(namespace, "/doc/v", 3)).toBe(false);
  expect(trySet(namespace, "/doc/v", 2)).toBe(true);
  expect(trySet(namespace, "/doc/v", 2)).toBe(false); // now the data is 2
});

test("every location of an update needs a grant, and newData has all parts of the update", () => {
  const namespace = createNamespace({
    a: { ".write": "newData.parent().child('b').val() === newData.val()" },
    b: { ".write": true },
  });
  expect(tryUpdate(namespace, "/", { a: 1, b: 2 })).toBe(false);
  expect(tryUpdate(namespace, "/", { a: 1, c: 1 })).toBe(false);
  expect(namespace.root).toBeNull();
  expect(tryUpdate(namespace, "/", { a: 1, b: 1 })).toBe(true);
});

test("root is the data before the whole update", () => {
  const namespace = createNamespace({ a: { ".write": "!root.child('b').exists()" }, b: { ".write": true } });
  expect(tryUpdate(namespace, "/", { a: 1, b: 1 })).toBe(true);
  expect(trySet(namespace, "/a", 2)).toBe(false);
});

test("validate rules above, at and below the location must be true, and they grant nothing", () => {
  const rules = {
    ".validate": "newData.hasChildren(['doc'])",
    doc: {
      ".write": true,
      ".validate": "newData.hasChildren(['n'])",
      n: { ".validate": "newData.isNumber()" },
      $other: { ".validate": false },
    },
  };
  expect(trySet(createNamespace(rules), "/doc", { n: 1 })).toBe(true);
  expect(trySet(createNamespace(rules), "/doc", { n: "1" })).toBe(false);
  expect(trySet(createNamespace(rules), "/doc", { m: 1 })).toBe(false);
  expect(trySet(createNamespace(rules), "/doc", { n: 1, extra: 1 })).toBe(false);
  expect(trySet(createNamespace(rules), "/doc/extra", 1)).toBe(false);
  expect(trySet(createNamespace({ a: { ".validate": true } }), "/a", 1)).toBe(false);
});

test("a validate rule above the location sees the new data merged with what stays", () => {
  const rules = { ".write": true, doc: { ".validate": "newData.hasChildren(['title'])" } };
  expect(trySet(createNamespace(rules), "/doc/text", "x")).toBe(false);
  expect(trySet(createNamespace(rules, { doc: { title: "t" } }), "/doc/text", "x")).toBe(true);
});

test("a delete is not validated", () => {
  const rules = { ".write": true, doc: { ".validate": "newData.hasChildren(['n'])", n: { ".validate": false } } };
  expect(trySet(createNamespace(rules, { doc: { n: 1, m: 2 } }), "/doc", null)).toBe(true);
  expect(trySet(createNamespace(rules, { doc: { n: 1, m: 2 } }), "/doc/n", null)).toBe(true);
  expect(trySet(createNamespace(rules, { doc: { n: 1, m: 2 } }), "/doc/n", 2)).toBe(false);
});

test("now is the timestamp that the same write stores", () => {
  const namespace = createNamespace({ at: { ".write": true, ".validate": "newData.val() === now" } });
  expect(trySet(namespace, "/at", { ".sv": "timestamp" })).toBe(true);
  expect(trySet(namespace, "/at", Date.now() - 1000)).toBe(false);
});

test("rules see priorities, and a priority can be written alone", () => {
  const namespace = createNamespace({ a: { ".write": "newData.getPriority() === 5" } }, { a: 1 });
  expect(trySet(namespace, "/a/.priority", 4)).toBe(false);
  expect(trySet(namespace, "/a/.priority", 5)).toBe(true);
});

test("read rules see the query, and a read without one has no limit", () => {
  const namespace = createNamespace({
    list: {
      ".read": "query.limitToFirst <= 10 || query.orderByChild === 'owner' && query.equalTo === auth.uid",
      ".indexOn": "owner",
    },
    last: { ".read": "query.orderByKey && query.limitToLast === 1 && query.limitToFirst === null" },
    from: { ".read": "query.orderByValue && query.startAt === 1 && query.endAt === 'x'" },
  });
  expect(canRead(namespace, "/list")).toBe(false);
  expect(canRead(namespace, "/list", { l: 10, vf: "l" })).toBe(true);
  expect(canRead(namespace, "/list", { l: 11, vf: "l" })).toBe(false);
  expect(canRead(namespace, "/list", { i: "owner", sp: "somebody", ep: "somebody", l: 99, vf: "l" })).toBe(true);
  expect(canRead(namespace, "/list", { i: "owner", sp: "another", ep: "another", l: 99, vf: "l" })).toBe(false);
  expect(canRead(namespace, "/last", { i: ".key", l: 1, vf: "r" })).toBe(true);
  expect(canRead(namespace, "/last", { i: ".key", l: 1, vf: "l" })).toBe(false);
  expect(canRead(namespace, "/from", { i: ".value", sp: 1, ep: "x" })).toBe(true);
});

test("an index is declared at the parent of the sorted children, also under $name and for deep paths", () => {
  const namespace = createNamespace({ $list: { ".indexOn": ["n", "a/b"], other: { ".indexOn": ".value" } } });
  const indexed = (path: string, i: string): boolean => namespace.isIndexed(parsePath(path), parseWireQuery({ i }));
  expect([indexed("/x", "n"), indexed("/x", "a/b"), indexed("/x", "b"), indexed("/x/y", "n")]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([
    indexed("/x/other", ".value"),
    indexed("/x", ".value"),
    indexed("/x", ".key"),
    indexed("/x", ".priority"),
  ]).toEqual([true, false, true, true]);
});

test("bad rules are refused, and the old ones stay", () => {
  const namespace = createNamespace({ a: { ".write": true } });
  expect(() => namespace.setRules('{"rules": {".write": "tr"}}')).toThrow("1:23: Unknown variable 'tr'.");
  expect([trySet(namespace, "/a", 1), trySet(namespace, "/b", 1)]).toEqual([true, false]);
});

test("everybody can read and write a namespace without rules", () => {
  const namespace = new Namespace("open", null);
  expect([canRead(namespace, "/"), trySet(namespace, "/", 1)]).toEqual([true, true]);
});
