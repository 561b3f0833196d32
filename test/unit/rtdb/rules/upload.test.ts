import { expect, test } from "@jest/globals";
import { RequestError } from "../../../../rtdb-server/request-error.ts";
import { parseRules } from "../../../../rtdb-server/rules/parse-rules.ts";

/** The mistakes in a rules file, one a line; empty if it is accepted. */
function mistakesIn(text: string): string {
  try {
    parseRules(text);
    return "";
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}
const mistakesInRule = (rule: string, kind = ".write"): string =>
  mistakesIn(JSON.stringify({ rules: { [kind]: rule } }));

test("a mistake is reported with line and column, as by the official emulator", () => {
  expect(mistakesIn('{\n  "rules": {\n    ".read": "tr"\n  }\n}')).toBe("3:15: Unknown variable 'tr'.\n");
});

test("columns are right after escapes and after raw line breaks inside a rule", () => {
  expect(mistakesIn('{"rules": {".read": "\\"\\u0061\\" == tr"}}')).toBe("1:36: Unknown variable 'tr'.\n");
  expect(mistakesIn('{"rules": {".read": "true &&\n  tr"}}')).toBe("2:3: Unknown variable 'tr'.\n");
});

test("all mistakes of a file are reported", () => {
  const found = mistakesIn('{"rules": {".read": "a", ".write": "b", "x": {".validate": "c", ".indexOn": 5}}}');
  expect(found.split("\n").filter(Boolean)).toEqual([
    "1:22: Unknown variable 'a'.",
    "1:37: Unknown variable 'b'.",
    "1:61: Unknown variable 'c'.",
    expect.stringMatching(/^1:\d+: \.indexOn must be a string or a list of strings\.$/),
  ]);
});

test.each([
  ["", "Parse error"],
  ["{", "Parse error"],
  ['{"rules": {}} x', "Parse error"],
  ['{"rules": {".read": tru}}', "Parse error"],
  ['{"rules": {".read": "true}}', "Parse error"],
  ['{"rules": {".read": ""}}', "Parse error"],
  ['{"rules": {".read": "true true"}}', "Parse error"],
  ['{"rules": {".read": "(true"}}', "Parse error"],
  ["[]", "Expected a JSON object"],
  ["{}", "Expected 'rules'"],
  ['{"rules": {}, "other": {}}', "Expected 'rules' only"],
  ['{"rules": true}', "Expected a JSON object"],
  ['{"rules": {".reed": true}}', "Invalid key '.reed'"],
  ['{"rules": {".read": 5}}', "must be a string or a boolean"],
  ['{"rules": {"a": {}, "a": {}}}', "occurs twice"],
  ['{"rules": {"a/b": {}}}', "Invalid key"],
  ['{"rules": {"$a": {}, "$b": {}}}', "one $variable only"],
  ['{"rules": {"$a": {"$a": {}}}}', "already bound"],
])("%s is refused: %s", (text, message) => {
  expect(mistakesIn(text)).toContain(message);
});

test.each([
  ["7"],
  ["'text'"],
  ["root"],
  ["unknown == 1"],
  ["$other == 'x'"],
  ["root = 5"],
  ["var x = 1"],
  ["true; true"],
  ["2 ** 2 == 4"],
  ["root?.exists()"],
  ["`x` == 'x'"],
  ["(function () { return true; })()"],
  ["new Date() == 1"],
  ["[1] == 1"],
  ["root == null"],
  ["root.child('a') != null"],
  ["root.val"],
  ["root.exists == true"],
  ["root.notThere()"],
  ["root['exi' + 'sts']()"],
  ["root.val().notThere == 1"],
  ["auth.token.x.notThere() == 1"],
  ["root.child(5).exists()"],
  ["root.child().exists()"],
  ["root.hasChildren([]) "],
  ["root.hasChildren('a', 'b')"],
  ["root.hasChildren(['a', 7])"],
  ["'a'.contains(1)"],
  ["'a'.matches('/a/')"],
  ["'a'.matches(/a/g)"],
  ["'a'.matches(/(/)"],
  ["1 && true"],
  ["!1"],
  ["1 < 'a'"],
  ["root.val() > true"],
  ["1 + true == 2"],
  ["'a' - 1 == 0"],
  ["auth.token.x ? 7 : true"],
  ["1 ? true : false"],
  ["query.limitToFirst == 1"],
])("the rule %s is refused on upload", (rule) => {
  expect(mistakesInRule(rule)).toMatch(/^1:\d+: .+\n$/);
  expect(mistakesInRule("true")).toBe("");
});

test("read rules have no newData, and write rules have no query", () => {
  expect(mistakesInRule("newData.exists()", ".read")).toContain("Unknown variable 'newData'");
  expect(mistakesInRule("newData.exists()", ".write")).toBe("");
  expect(mistakesInRule("query.foo == 1", ".read")).toContain("No such property 'foo'");
  expect(mistakesInRule("query.orderByKey", ".read")).toBe("");
});

test("comments, a byte order mark and raw line breaks are accepted", () => {
  expect(
    mistakesIn('\ufeff// a\n{ /* b */ "rules": { ".read": "true // c\n && true", // d\n ".write": false } }'),
  ).toBe("");
});

test("an expression that is nested too deeply for the stack is refused", () => {
  expect(mistakesInRule(`${"(".repeat(100_000)}true${")".repeat(100_000)}`)).toContain("Parse error");
  expect(mistakesInRule(`${"!".repeat(100_000)}true`)).toContain("Parse error");
});

test("JSON that is nested too deeply for the stack is refused", () => {
  expect(mistakesIn(`{"rules":${'{"a":'.repeat(50_000)}`)).toContain("Parse error");
});

test.each([
  ["anchors inside a group", "/(^foo$|bar)/"],
  ["a start that is not first", "/a^b/"],
  ["an end that is not last", "/a$b/"],
  ["an empty last alternative", "/^(up|down|)$/"],
  ["an empty first alternative", "/^(|foo)$/"],
  ["an empty middle alternative", "/a||b/"],
  ["an empty group", "/^a()$/"],
  ["nothing between the anchors", "/^$/"],
  ["alternatives between anchors without a group", "/^foo|bar$/"],
  ["a look-ahead", "/^(?=a)a/"],
  ["a negative look-ahead", "/^(?!a)b/"],
  ["a group that does not capture", "/(?:ab)+/"],
  ["a back reference", "/(a)\\1/"],
  ["a lazy quantifier", "/a+?/"],
  ["a lazy optional", "/a??/"],
  ["a lazy count", "/a{1,2}?/"],
  ["a word boundary", "/\\bfoo/"],
  ["a line break", "/\\n/"],
  ["a code unit", "/\\u0041/"],
  ["a code in hexadecimal", "/\\x41/"],
  ["a letter that means itself", "/\\q/"],
  ["a brace that begins no count", "/a{b/"],
  ["an empty set", "/[]/"],
  ["everything but an empty set", "/[^]/"],
  ["a range to a set", "/[a-\\d]/"],
  ["a range from a set", "/[\\w-z]/"],
  ["a letter that means itself in a set", "/[\\t]/"],
])("a regular expression with %s is refused on upload: %s", (_what, pattern) => {
  expect(mistakesInRule(`'x'.matches(${pattern})`)).toMatch(/^1:\d+: Illegal regular expression, .+\n$/);
});

test("the mistake in a regular expression is located", () => {
  expect(mistakesIn('{"rules": {".read": "\'x\'.matches(/(a|)b/)"}}')).toBe(
    "1:38: Illegal regular expression, an alternative or a group is empty.\n",
  );
});

test.each([
  ["/foo/"],
  ["/^foo/"],
  ["/foo$/i"],
  ["/a|bc/"],
  ["/^(a|b(c|d)*)+$/"],
  ["/^a?b*c+d{2}e{2,}f{2,3}$/"],
  ["/^(19|20)\\d\\d[-\\/. ](0[1-9]|1[012])$/"],
  ["/^[A-Z0-9._%+-]+@[A-Z0-9.-]+\\.[A-Z]{2,4}$/i"],
  ["/^https?:\\/\\/[^\\s\\]]*[-a^$]$/"],
  ["/\\s\\w\\d\\S\\W\\D\\.\\-\\$/"],
  ["/_[0-7]$/"],
])("the regular expression %s is accepted", (pattern) => {
  expect(mistakesInRule(`'x'.matches(${pattern})`)).toBe("");
});
