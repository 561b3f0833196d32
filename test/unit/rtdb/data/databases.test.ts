import { expect, test } from "@jest/globals";
import { Databases } from "../../../../rtdb-server/data/databases.ts";
import { MAX_NAMESPACES } from "../../../../rtdb-server/limits.ts";

const rules = (write: boolean): string => `{"rules": {".write": ${write}}}`;

test("a namespace appears on first use and stays the same one; no name means the default", () => {
  const databases = new Databases("default", null);
  expect(databases.get("a")).toBe(databases.get("a"));
  expect(databases.get(null)).toBe(databases.get("default"));
  expect(databases.all().map(({ name }) => name)).toEqual(["default", "a"]);
});

test.each(["", "a/b", "a b", "é", "x".repeat(101)])("%j is no namespace", (name) => {
  expect(() => new Databases("default", null).get(name)).toThrow("Invalid namespace");
});

test("made-up names do not fill the memory", () => {
  const databases = new Databases("default", null);
  for (let i = 1; i < MAX_NAMESPACES; i += 1) databases.get(`n${i}`);
  expect(() => databases.get("one-too-many")).toThrow("namespaces");
  expect(databases.get("n1").name).toBe("n1");
});

test("changed rules reach the namespaces that have the old ones, and those to come; bad ones reach nobody", () => {
  const databases = new Databases("default", rules(false));
  databases.get("own").setRules(rules(true));
  databases.setRules('{"rules": {".read": true}}');
  expect(databases.get("default").rulesText).toBe('{"rules": {".read": true}}');
  expect(databases.get("new").rulesText).toBe('{"rules": {".read": true}}');
  expect(databases.get("own").rulesText).toBe(rules(true));
  expect(() => databases.setRules("{")).toThrow("Parse error");
  expect(databases.get("later").rulesText).toBe('{"rules": {".read": true}}');
});
