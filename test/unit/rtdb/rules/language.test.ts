import { expect, test } from "@jest/globals";
import { canRead } from "../../../../rtdb-server/rules/access.ts";
import { parseRules } from "../../../../rtdb-server/rules/parse-rules.ts";
import { treeOf } from "../../../support/rtdb/tree.ts";

const NOW = 1_700_000_000_000;
const data = {
  text: "Hello World",
  number: 7,
  yes: true,
  no: false,
  empty: "",
  parent: { a: 1, b: { c: "deep" } },
  ranked: { ".value": 1, ".priority": 5 },
  bob: "found by uid",
};
const bob = {
  uid: "bob",
  provider: "custom",
  token: { email: "bob@x.org", roles: ["admin"], "https://x/y": 1, n: 3, nested: { ok: true, child: 1 } },
};

/** Whether the rule is true at /location. There `$key` is "location". */
function isTrue(rule: string, auth: unknown = bob): boolean {
  const rules = parseRules(JSON.stringify({ rules: { $key: { ".read": rule } } }));
  return canRead(rules, { auth, now: NOW, root: treeOf(data), path: ["location"], query: null });
}

test.each([
  ["true"],
  ["1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3"],
  ["'a' < 'b' && 'b' >= 'a'"],
  ["1 + 2 * 3 == 7 && 7 % 4 == 3 && 7 - 2 == 5 && 9 / 2 == 4.5 && -3 < 0"],
  ["'a' + 1 == 'a1' && 1 + 'a' == '1a' && 'a' + 'b' == 'ab'"],
  ["'1' != 1 && 1 == 1.0 && true != 'true' && null == null"],
  ["'1' !== 1 && 1 === 1"],
  ["!false && !(1 == 2)"],
  ["(1 == 1 ? 2 : 3) == 2 && (1 == 2 ? false : true)"],
  ["false || true"],
  ["true || root.child('text').val().length > 'x'.length"],
  ["$key == 'location' && $key.length == 8"],
  [`now == ${NOW} && now > 0`],
  ["root.child('text').val() == 'Hello World'"],
  ["root.child('text').val().length == 11 && 'abc'.length == 3"],
  ["root.child('text').val().contains('lo W') && !root.child('text').val().contains('low')"],
  ["root.child('text').val().beginsWith('Hello') && root.child('text').val().endsWith('World')"],
  ["'a-b-c'.replace('-', '+') == 'a+b+c' && 'aXa'.replace('a', '$&') == '$&X$&'"],
  ["'aB'.toLowerCase() == 'ab' && 'aB'.toUpperCase() == 'AB'"],
  ["'abc'.matches(/^a.c$/) && 'ABC'.matches(/abc/i) && !'ABC'.matches(/abc/)"],
  ["root.child('parent/b/c').val() == 'deep' && root.child('parent').child('b').child('c').exists()"],
  ["root.child('parent/b').parent().child('a').val() == 1"],
  ["root.hasChild('parent/b/c') && !root.hasChild('nothing')"],
  [
    "root.hasChildren() && root.child('parent').hasChildren(['a', 'b']) && !root.child('parent').hasChildren(['a', 'z'])",
  ],
  ["!root.child('text').hasChildren()"],
  ["root.child('text').isString() && root.child('number').isNumber() && root.child('no').isBoolean()"],
  ["!root.child('parent').isString() && !root.child('nothing').isNumber()"],
  ["root.child('ranked').getPriority() == 5 && root.child('text').getPriority() == null"],
  ["root.child('parent').val() != null && root.child('nothing').val() == null"],
  ["root.child(auth.uid).val() == 'found by uid'"],
  ["auth != null && auth.uid == 'bob' && auth.provider == 'custom'"],
  ["auth.token.email.endsWith('@x.org') && auth.token.n < 5 && auth.token.nested.ok"],
  ["auth.token['https://x/y'] == 1 && auth.token.roles[0] == 'admin'"],
  ["auth.token.absent == null && auth.token.nested.child == 1"],
  ["root['exists']() && 'abc'['length'] == 3"],
  ["data.parent().child('number').val() == 7 && !data.exists()"],
  ["root.child('number').val() /* a comment */ == 7 // a comment"],
  ["\n  root.child('yes').val()\n  && true\n"],
  ["query.orderByKey && query.limitToFirst == null && query.equalTo == null"],
])("%s is true, and its negation is false", (rule) => {
  expect(isTrue(rule)).toBe(true);
  expect(isTrue(`!(${rule.replace(/ \/\/ .*/, "")})`)).toBe(false);
});

// The negated rule fails too, so the rule is not just false.
test.each([
  ["auth.token.email.length > 0", null],
  ["auth.token.email.length > 0 ? false : true", null],
  ["auth.token.absent.length > 0", bob],
  ["auth.contains('75')", null],
  ["auth.token.absent.contains('75')", bob],
  ["root.child(auth.uid).exists()", null],
  ["root.child('bob/' + auth.uid).exists()", null],
  ["root.hasChildren([auth.uid])", null],
  ["'bob'.replace(auth.uid, 'x') == 'bob'", null],
  ["auth.token.absent", bob],
  ["-auth.token.n == auth.uid.length - auth.token.absent", bob],
  ["auth.uid < 'x'", null],
  ["'x' >= auth.uid", null],
  ["auth.uid < auth.uid", null],
  ["auth.token.absent >= null", bob],
  ["auth.token.n > 'x'", bob],
  ["auth.token.n.deeper == null", bob],
  ["auth.token.n.contains('3')", bob],
  ["'abc'.contains(auth.token.n)", bob],
  ["root.child(auth.token.n).exists()", bob],
  ["root.child('a/' + auth.token.absent).exists()", bob],
  ["root.hasChildren([auth.token.absent])", bob],
  ["root.child('nothing').val().length < 100", bob],
  ["root.child('nothing').val().length + 1 == 1", bob],
  ["root.child('number').val() < 'x'", bob],
  ["root.child('number').val() < root.child('nothing').val()", bob],
  ["root.child('yes').val() + 1 == 2", bob],
  ["root.child('text').val() - 1 == 0", bob],
  ["-root.child('text').val() == 1", bob],
  ["root.child('text').val() && true", bob],
  ["root.parent().exists()", bob],
  ["root.child('text').val() ? true : true", bob],
  ["root.child('parent').val().length == 2", bob],
])("%s cannot be evaluated and counts as false", (rule, auth) => {
  expect(isTrue(rule, auth)).toBe(false);
  expect(isTrue(`!(${rule})`, auth)).toBe(false);
});

// The product's answers, recorded by goldibex/targaryen against the live service (test/spec/lib/parser/fixtures.json).
test.each([
  ["auth.uid !== 'x'", null, true],
  ["'x' != auth.uid", null, true],
  ["auth.uid == 'x'", null, false],
  ["auth.token.foo.bar == null", null, true],
  ["!(auth.uid == null)", null, false],
  ["auth !== null", null, false],
  ["auth.token.n != 'one'", bob, true],
  ["'one' === auth.token.n", bob, false],
  ["(1 / 0) > 2", null, false],
  ["(1 / 0) < 2", null, false],
  ["(1 / 0 + '') == 'NaN'", null, true],
])("a property of null is null: %s for %j is %j", (rule, auth, expected) => {
  expect(isTrue(rule, auth)).toBe(expected);
  expect(isTrue(`!(${rule})`, auth)).toBe(!expected);
});

test.each([
  ["root.child('nothing').val().length == null", bob],
  ["auth['uid'] == null && auth.token['https://x/y'] == null && auth.token[$key] == null", null],
  ["auth.token.absent.a.b.c == null", bob],
  ["auth.token.absent == root.child('nothing').val()", bob],
])("%s is true: null is equal to null, however it came about", (rule, auth) => {
  expect(isTrue(rule, auth)).toBe(true);
});

test("a dot in a regular expression matches any character", () => {
  expect(isTrue("'a\\nb'.matches(/^a.b$/)")).toBe(true);
});
