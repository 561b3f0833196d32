import { expect, test } from "@jest/globals";
import { Namespaces } from "../../../../rtdb-server/data/namespaces.ts";
import { MAX_NAMESPACES } from "../../../../rtdb-server/limits.ts";

const rulesText = (write: boolean): string => `{"rules": {".write": ${write}}}`;

test("a namespace appears on first use and stays the same, and without a name it is the default one", () => {
  const namespaces = new Namespaces("default", null);
  expect(namespaces.get("a")).toBe(namespaces.get("a"));
  expect(namespaces.get(null)).toBe(namespaces.get("default"));
  expect(namespaces.all().map(({ name }) => name)).toEqual(["default", "a"]);
});

test.each(["", "a/b", "a b", "é", "x".repeat(101)])("%j is not a valid namespace", (name) => {
  expect(() => new Namespaces("default", null).get(name)).toThrow("Invalid namespace");
});

test("the number of namespaces is limited, and existing ones still work at the limit", () => {
  const namespaces = new Namespaces("default", null);
  for (let i = 1; i < MAX_NAMESPACES; i += 1) namespaces.get(`n${i}`);
  expect(() => namespaces.get("one-too-many")).toThrow("namespaces");
  expect(namespaces.get("n1").name).toBe("n1");
});

test("new rules reach new namespaces and those with the old rules, and bad rules reach none", () => {
  const namespaces = new Namespaces("default", rulesText(false));
  namespaces.get("own").setRules(rulesText(true));
  namespaces.setRules('{"rules": {".read": true}}');
  expect(namespaces.get("default").rulesText).toBe('{"rules": {".read": true}}');
  expect(namespaces.get("new").rulesText).toBe('{"rules": {".read": true}}');
  expect(namespaces.get("own").rulesText).toBe(rulesText(true));
  expect(() => namespaces.setRules("{")).toThrow("Parse error");
  expect(namespaces.get("later").rulesText).toBe('{"rules": {".read": true}}');
});
