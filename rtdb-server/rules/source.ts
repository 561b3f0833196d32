/** A mistake in a rules file, at an offset of its text. */
export class RuleMistake extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.name = "RuleMistake";
    this.offset = offset;
  }
}

export type Source =
  | { readonly kind: "object"; readonly at: number; readonly entries: readonly SourceEntry[] }
  | { readonly kind: "list"; readonly at: number; readonly items: readonly Source[] }
  | SourceText
  | { readonly kind: "literal"; readonly at: number; readonly value: boolean | number | null };

export interface SourceEntry {
  readonly key: string;
  readonly at: number;
  readonly value: Source;
}

/** Text, with the offset in the file of each of its units, so that a mistake inside a rule can be pointed at. */
export interface SourceText {
  readonly kind: "text";
  readonly at: number;
  readonly value: string;
  readonly offsets: readonly number[];
}

const SPACE = /(?:[\s\ufeff]|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const MAX_NESTING = 64;

function fail(offset: number): never {
  throw new RuleMistake(offset, "Parse error.");
}

/**
 * JSON with line and block comments and, as rules files have them, raw line breaks inside strings.
 * @throws RuleMistake "Parse error" at the first offence
 */
export function parseSource(text: string): Source {
  let at = 0;

  const space = (): void => {
    SPACE.lastIndex = at;
    at += SPACE.exec(text)?.[0].length ?? 0;
  };
  const take = (char: string): boolean => {
    space();
    if (text[at] !== char) return false;
    at += 1;
    return true;
  };
  const expect = (char: string): void => {
    if (!take(char)) fail(at);
  };

  function string(): SourceText {
    space();
    const start = at;
    if (text[at] !== '"') fail(at);
    at += 1;
    let value = "";
    const offsets: number[] = [];
    for (;;) {
      const char = text[at];
      if (char === undefined) return fail(start);
      if (char === '"') break;
      offsets.push(at);
      at += 1;
      if (char !== "\\") {
        value += char;
        continue;
      }
      const escape = text[at] ?? "";
      at += 1;
      if (escape === "u") {
        const hex = text.slice(at, at + 4);
        if (!/^[\da-f]{4}$/i.test(hex)) fail(at - 2);
        value += String.fromCharCode(Number.parseInt(hex, 16));
        at += 4;
      } else if ('"\\/'.includes(escape) && escape !== "") value += escape;
      else value += ESCAPES[escape] ?? fail(at - 2);
    }
    offsets.push(at);
    at += 1;
    return { kind: "text", at: start, value, offsets };
  }

  function value(nesting: number): Source {
    space();
    const start = at;
    if (nesting > MAX_NESTING) fail(at);
    if (text[at] === '"') return string();
    if (take("{")) {
      const entries: SourceEntry[] = [];
      if (take("}")) return { kind: "object", at: start, entries };
      do {
        const key = string();
        expect(":");
        entries.push({ key: key.value, at: key.at, value: value(nesting + 1) });
      } while (take(","));
      expect("}");
      return { kind: "object", at: start, entries };
    }
    if (take("[")) {
      const items: Source[] = [];
      if (take("]")) return { kind: "list", at: start, items };
      do items.push(value(nesting + 1));
      while (take(","));
      expect("]");
      return { kind: "list", at: start, items };
    }
    LITERAL.lastIndex = at;
    const literal = LITERAL.exec(text)?.[0] ?? fail(at);
    at += literal.length;
    if (literal === "null") return { kind: "literal", at: start, value: null };
    const isBoolean = literal === "true" || literal === "false";
    return { kind: "literal", at: start, value: isBoolean ? literal === "true" : Number(literal) };
  }

  const parsed = value(0);
  space();
  if (at !== text.length) fail(at);
  return parsed;
}

/** "line:column", both from 1, as the official emulator reports mistakes. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  return `${before.split("\n").length}:${offset - before.lastIndexOf("\n")}`;
}
