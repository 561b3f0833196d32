import type { Random } from "./random.ts";

const KEYS = ["a", "b", "c", "1", "02", "-5", "__proto__", "constructor", "é😀", "x".repeat(60)] as const;
const BAD_KEYS = [
  "",
  ".",
  "a.b",
  "$x",
  "#",
  "[",
  "]",
  "a/b",
  "\u0000",
  "\u007f",
  "k".repeat(800),
  ".sv",
  ".value",
  ".priority",
  "..",
] as const;
const SERVER_VALUES = ["timestamp", { increment: 1 }, { increment: "1" }, { increment: 1e308 }, "x", null, {}] as const;
const INDEXES = [".key", ".value", ".priority", "a", "a/b", ".bad", "", 5] as const;
const LIMITS = [1, 2, 10, 0, -1, 1.5, "1", 1e9] as const;
const RULES = [
  "true",
  "auth != null && data.exists()",
  "newData.val().length < 5",
  "root.child('a/b').val() === now",
  "query.limitToLast < 10",
  "'a'.matches(/a+/)",
  "$k == 'a'",
  "(((",
  "a".repeat(500),
] as const;

const randomKey = (random: Random): string => (random.chance(0.03) ? random.pick(BAD_KEYS) : random.pick(KEYS));

export function randomPath(random: Random): string {
  const length = random.below(random.chance(0.02) ? 40 : 4);
  const keys = Array.from({ length }, () => randomKey(random));
  const start = random.chance(0.95) ? "/" : "";
  const end = random.chance(0.03) ? "/.priority" : "";
  return start + keys.join("/") + end;
}

export function randomPrimitive(random: Random): unknown {
  return random.pick([
    null,
    true,
    false,
    0,
    -0,
    1,
    0.1,
    -1e308,
    Number.MAX_SAFE_INTEGER,
    "",
    "text",
    "é😀\ud800",
    "\u0000",
    "123456",
    "x".repeat(random.below(2000)),
  ]);
}

/** Data in export form. Sometimes it has server values and priorities, and sometimes it is not valid. */
export function randomJson(random: Random, depth = 0): unknown {
  if (random.chance(0.02)) return { ".sv": random.pick<unknown>(SERVER_VALUES) };
  if (random.chance(0.03)) return { ".value": randomPrimitive(random), ".priority": randomPrimitive(random) };
  if (random.chance(0.002)) return nestedObjects(random.below(3000));
  if (depth > 4 || random.chance(0.5)) return randomPrimitive(random);
  if (random.chance(0.1)) return Array.from({ length: random.below(6) }, () => randomJson(random, depth + 1));
  const entry = (): [string, unknown] => [randomKey(random), randomJson(random, depth + 1)];
  return Object.fromEntries(Array.from({ length: random.below(6) }, entry));
}

function nestedObjects(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i += 1) value = { a: value };
  return value;
}

/** JSON text that is so deep or so wide that a careless parser fails. */
export function excessiveJson(random: Random): string {
  return random.pick([
    "[".repeat(200_000),
    '{"a":'.repeat(100_000),
    `[${"1,".repeat(200_000)}1]`,
    `"${"\\u0000".repeat(50_000)}"`,
    "9".repeat(10_000),
  ]);
}

/** A query object of the realtime protocol. About two in five are valid. */
export function randomQuery(random: Random): unknown {
  if (random.chance(0.1)) return randomJson(random);
  const query: Record<string, unknown> = {};
  if (random.chance(0.8)) query["i"] = random.pick<unknown>(INDEXES);
  if (random.chance(0.3)) {
    query["sp"] = randomBound(random);
    query["sin"] = random.pick([true, false]);
    query["sn"] = random.chance(0.3) ? randomPrimitive(random) : "[MAX_NAME]";
  }
  if (random.chance(0.3)) {
    query["ep"] = randomBound(random);
    query["ein"] = random.pick([true, false]);
  }
  if (random.chance(0.5)) {
    query["l"] = random.pick<unknown>(LIMITS);
    query["vf"] = random.pick(["l", "r", "x"]);
  }
  if (random.chance(0.02)) query["unknown"] = 1;
  return query;
}

const randomBound = (random: Random): unknown => (random.chance(0.9) ? randomPrimitive(random) : randomJson(random));

/** The text of a rules file. About half of them are damaged. */
export function randomRules(random: Random): string {
  const rule = JSON.stringify(random.pick(RULES));
  const read = random.pick(["true", "false", rule]);
  const text = `{"rules": {".read": ${read}, ".write": ${rule}, "$k": {".validate": ${rule}, ".indexOn": ["a", ".value"]}}}`;
  if (random.chance(0.5)) return text;
  const at = random.below(text.length);
  return text.slice(0, at) + random.bytes(random.below(3)).toString("latin1") + text.slice(at + random.below(4));
}
