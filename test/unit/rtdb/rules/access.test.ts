import { expect, test } from "@jest/globals";
import { Namespace } from "../../../../rtdb-server/data/namespace.ts";
import { updateOf } from "../../../../rtdb-server/data/change.ts";
import { parseQuery } from "../../../../rtdb-server/query/query.ts";
import { Refusal } from "../../../../rtdb-server/refusal.ts";
import { ADMIN } from "../../../../rtdb-server/session/credentials.ts";
import { parsePath } from "../../../../rtdb-server/tree/path.ts";

const somebody = { admin: false, auth: { uid: "somebody", token: {} } } as const;

function namespace(rules: object, data: unknown = null): Namespace {
  const made = new Namespace("test", JSON.stringify({ rules }));
  made.write([{ path: [], json: data }], ADMIN);
  return made;
}

/** Whether somebody may write: a set of one place, or an update of several. */
function writes(made: Namespace, path: string, json: unknown, isUpdate = false): boolean {
  try {
    made.write(isUpdate ? updateOf(parsePath(path), json) : [{ path: parsePath(path), json }], somebody);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.status === "permission_denied") return false;
    throw error;
  }
}
const reads = (made: Namespace, path: string, wire: object | null = null): boolean =>
  made.mayRead(parsePath(path), wire && parseQuery(wire), somebody);

test("without a grant there is no access, a grant reaches everything below it, and nothing deeper revokes it", () => {
  const made = namespace({ a: { ".read": true, ".write": true, b: { ".read": false, ".write": false } } });
  expect([reads(made, "/"), reads(made, "/a"), reads(made, "/a/b/c"), reads(made, "/other")]).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect([writes(made, "/", 1), writes(made, "/a", 1), writes(made, "/a/b/c", 1), writes(made, "/other", 1)]).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test("a grant below does not open what is above", () => {
  const made = namespace({ a: { b: { ".read": true, ".write": true } } });
  expect([reads(made, "/a"), reads(made, "/a/b")]).toEqual([false, true]);
  expect([writes(made, "/a", { b: 1 }), writes(made, "/a/b", 1)]).toEqual([false, true]);
});

test("a literal key wins over $name, and $name is the key wherever it is used below", () => {
  const made = namespace({
    $any: { ".write": "$any === 'open'", deep: { ".write": "$any === 'half'" } },
    literal: { ".write": false },
  });
  expect(["/open/x", "/half/x", "/half/deep", "/literal/x"].map((path) => writes(made, path, 1))).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test("data is what was and newData what will be, merged with what stays", () => {
  const made = namespace(
    {
      doc: {
        ".write": "data.child('v').val() === 1 && newData.child('v').val() === 2 && newData.child('kept').exists()",
      },
    },
    { doc: { v: 1, kept: true } },
  );
  expect(writes(made, "/doc", { v: 2 })).toBe(false); // a set drops `kept`
  expect(writes(made, "/doc/v", 3)).toBe(false);
  expect(writes(made, "/doc/v", 2)).toBe(true);
  expect(writes(made, "/doc/v", 2)).toBe(false); // data is 2 now
});

test("every place of an update needs its grant, and each is judged as all will be", () => {
  const made = namespace({
    a: { ".write": "newData.parent().child('b').val() === newData.val()" },
    b: { ".write": true },
  });
  expect(writes(made, "/", { a: 1, b: 2 }, true)).toBe(false);
  expect(writes(made, "/", { a: 1, c: 1 }, true)).toBe(false);
  expect(made.root).toBeNull();
  expect(writes(made, "/", { a: 1, b: 1 }, true)).toBe(true);
});

test("root is the data before, also for the parts of one update", () => {
  const made = namespace({ a: { ".write": "!root.child('b').exists()" }, b: { ".write": true } });
  expect(writes(made, "/", { a: 1, b: 1 }, true)).toBe(true);
  expect(writes(made, "/a", 2)).toBe(false);
});

test("validate rules are judged above, at and below the place, once write is granted, and never grant", () => {
  const rules = {
    ".validate": "newData.hasChildren(['doc'])",
    doc: {
      ".write": true,
      ".validate": "newData.hasChildren(['n'])",
      n: { ".validate": "newData.isNumber()" },
      $other: { ".validate": false },
    },
  };
  expect(writes(namespace(rules), "/doc", { n: 1 })).toBe(true);
  expect(writes(namespace(rules), "/doc", { n: "1" })).toBe(false);
  expect(writes(namespace(rules), "/doc", { m: 1 })).toBe(false);
  expect(writes(namespace(rules), "/doc", { n: 1, extra: 1 })).toBe(false);
  expect(writes(namespace(rules), "/doc/extra", 1)).toBe(false);
  expect(writes(namespace({ a: { ".validate": true } }), "/a", 1)).toBe(false);
});

test("a rule above a deep write sees the data that will stand there", () => {
  const rules = { ".write": true, doc: { ".validate": "newData.hasChildren(['title'])" } };
  expect(writes(namespace(rules), "/doc/text", "x")).toBe(false);
  expect(writes(namespace(rules, { doc: { title: "t" } }), "/doc/text", "x")).toBe(true);
});

test("a delete is not validated", () => {
  const rules = { ".write": true, doc: { ".validate": "newData.hasChildren(['n'])", n: { ".validate": false } } };
  expect(writes(namespace(rules, { doc: { n: 1, m: 2 } }), "/doc", null)).toBe(true);
  expect(writes(namespace(rules, { doc: { n: 1, m: 2 } }), "/doc/n", null)).toBe(true);
  expect(writes(namespace(rules, { doc: { n: 1, m: 2 } }), "/doc/n", 2)).toBe(false);
});

test("now is the timestamp that the same write stores", () => {
  const made = namespace({ at: { ".write": true, ".validate": "newData.val() === now" } });
  expect(writes(made, "/at", { ".sv": "timestamp" })).toBe(true);
  expect(writes(made, "/at", Date.now() - 1000)).toBe(false);
});

test("priorities are seen by rules and can be written alone", () => {
  const made = namespace({ a: { ".write": "newData.getPriority() === 5" } }, { a: 1 });
  expect(writes(made, "/a/.priority", 4)).toBe(false);
  expect(writes(made, "/a/.priority", 5)).toBe(true);
});

test("read rules see the query, and a read without one is not a query", () => {
  const made = namespace({
    list: {
      ".read": "query.limitToFirst <= 10 || query.orderByChild === 'owner' && query.equalTo === auth.uid",
      ".indexOn": "owner",
    },
    last: { ".read": "query.orderByKey && query.limitToLast === 1 && query.limitToFirst === null" },
    from: { ".read": "query.orderByValue && query.startAt === 1 && query.endAt === 'x'" },
  });
  expect(reads(made, "/list")).toBe(false);
  expect(reads(made, "/list", { l: 10, vf: "l" })).toBe(true);
  expect(reads(made, "/list", { l: 11, vf: "l" })).toBe(false);
  expect(reads(made, "/list", { i: "owner", sp: "somebody", ep: "somebody", l: 99, vf: "l" })).toBe(true);
  expect(reads(made, "/list", { i: "owner", sp: "another", ep: "another", l: 99, vf: "l" })).toBe(false);
  expect(reads(made, "/last", { i: ".key", l: 1, vf: "r" })).toBe(true);
  expect(reads(made, "/last", { i: ".key", l: 1, vf: "l" })).toBe(false);
  expect(reads(made, "/from", { i: ".value", sp: 1, ep: "x" })).toBe(true);
});

test("an index is known at the parent of the sorted children, through $names and deep paths", () => {
  const made = namespace({ $list: { ".indexOn": ["n", "a/b"], other: { ".indexOn": ".value" } } });
  const indexed = (path: string, i: string): boolean => made.isIndexed(parsePath(path), parseQuery({ i }));
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

test("bad rules leave the old ones in force", () => {
  const made = namespace({ a: { ".write": true } });
  expect(() => made.setRules('{"rules": {".write": "tr"}}')).toThrow("1:23: Unknown variable 'tr'.");
  expect([writes(made, "/a", 1), writes(made, "/b", 1)]).toEqual([true, false]);
});

test("a namespace without rules is open", () => {
  const made = new Namespace("open", null);
  expect([reads(made, "/"), writes(made, "/", 1)]).toEqual([true, true]);
});
