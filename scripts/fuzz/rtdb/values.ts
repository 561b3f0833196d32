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

export const key = (random: Random): string => (random.chance(0.03) ? random.pick(BAD_KEYS) : random.pick(KEYS));

export function path(random: Random): string {
  const keys = Array.from({ length: random.below(random.chance(0.02) ? 40 : 4) }, () => key(random));
  return (random.chance(0.95) ? "/" : "") + keys.join("/") + (random.chance(0.03) ? "/.priority" : "");
}

export function primitive(random: Random): unknown {
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

/** Data in export form, now and then with placeholders, priorities, or what is neither. */
export function json(random: Random, depth = 0): unknown {
  if (random.chance(0.02))
    return {
      ".sv": random.pick<unknown>([
        "timestamp",
        { increment: 1 },
        { increment: "1" },
        { increment: 1e308 },
        "x",
        null,
        {},
      ]),
    };
  if (random.chance(0.03)) return { ".value": primitive(random), ".priority": primitive(random) };
  if (random.chance(0.002)) return nested(random.below(3000));
  if (depth > 4 || random.chance(0.5)) return primitive(random);
  if (random.chance(0.1)) return Array.from({ length: random.below(6) }, () => json(random, depth + 1));
  return Object.fromEntries(Array.from({ length: random.below(6) }, () => [key(random), json(random, depth + 1)]));
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i += 1) value = { a: value };
  return value;
}

/** The JSON text of something so deep or wide that a careless parser dies of it. */
export function bomb(random: Random): string {
  return random.pick([
    "[".repeat(200_000),
    '{"a":'.repeat(100_000),
    `[${"1,".repeat(200_000)}1]`,
    `"${"\\u0000".repeat(50_000)}"`,
    "9".repeat(10_000),
  ]);
}

/** A query object, mostly sound. */
export function query(random: Random): unknown {
  if (random.chance(0.1)) return json(random);
  const bound = (): unknown => (random.chance(0.9) ? primitive(random) : json(random));
  return {
    ...(random.chance(0.8)
      ? { i: random.pick<unknown>([".key", ".value", ".priority", "a", "a/b", ".bad", "", 5]) }
      : {}),
    ...(random.chance(0.3)
      ? { sp: bound(), sin: random.pick([true, false]), sn: random.chance(0.3) ? primitive(random) : "[MAX_NAME]" }
      : {}),
    ...(random.chance(0.3) ? { ep: bound(), ein: random.pick([true, false]) } : {}),
    ...(random.chance(0.5)
      ? { l: random.pick<unknown>([1, 2, 10, 0, -1, 1.5, "1", 1e9]), vf: random.pick<unknown>(["l", "r", "x"]) }
      : {}),
    ...(random.chance(0.02) ? { unknown: 1 } : {}),
  };
}

/** The text of a rules file: sound, damaged, or none. */
export function rules(random: Random): string {
  const rule = random.pick([
    "true",
    "auth != null && data.exists()",
    "newData.val().length < 5",
    "root.child('a/b').val() === now",
    "query.limitToLast < 10",
    "'a'.matches(/a+/)",
    "$k == 'a'",
    "(((",
    "a".repeat(500),
  ]);
  const text = `{"rules": {".read": ${random.pick(["true", "false", JSON.stringify(rule)])}, ".write": ${JSON.stringify(rule)}, "$k": {".validate": ${JSON.stringify(rule)}, ".indexOn": ["a", ".value"]}}}`;
  if (random.chance(0.5)) return text;
  const at = random.below(text.length);
  return text.slice(0, at) + random.bytes(random.below(3)).toString("latin1") + text.slice(at + random.below(4));
}
