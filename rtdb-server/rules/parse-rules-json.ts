import { MAX_RULES_NESTING } from "../limits.ts";

/** A mistake in a rules file, at an offset of its text. */
export class RulesError extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.name = "RulesError";
    this.offset = offset;
  }
}

/** A value of a rules file. Each knows its offset, so that errors can point at it. */
export type RulesJson =
  | { readonly kind: "object"; readonly offset: number; readonly entries: readonly RulesEntry[] }
  | { readonly kind: "list"; readonly offset: number; readonly items: readonly RulesJson[] }
  | RulesString
  | { readonly kind: "literal"; readonly offset: number; readonly value: boolean | number | null };

export interface RulesEntry {
  readonly key: string;
  readonly offset: number;
  readonly value: RulesJson;
}

interface RulesString {
  readonly kind: "string";
  readonly offset: number;
  readonly value: string;
  /** The offset of each character of the value, so that an error inside a rule can be located in the file. */
  readonly offsets: readonly number[];
}

const BLANK = /(?:[\s\ufeff]|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * Parses JSON as rules files have it: with line comments, block comments and raw line breaks inside strings.
 * @throws RulesError "Parse error." at the first mistake
 */
export function parseRulesJson(text: string): RulesJson {
  return new Parser(text).parseDocument();
}

/** "line:column", both from 1, as the official emulator reports mistakes. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  return `${before.split("\n").length}:${offset - before.lastIndexOf("\n")}`;
}

function parseError(offset: number): RulesError {
  return new RulesError(offset, "Parse error.");
}

class Parser {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parseDocument(): RulesJson {
    const value = this.#parseValue(0);
    this.#skipBlank();
    if (this.#offset !== this.#text.length) throw parseError(this.#offset);
    return value;
  }

  #skipBlank(): void {
    BLANK.lastIndex = this.#offset;
    this.#offset += BLANK.exec(this.#text)?.[0].length ?? 0;
  }

  /** Whether the next character after blanks is this one. Reads it if so. */
  #take(char: string): boolean {
    this.#skipBlank();
    if (this.#text[this.#offset] !== char) return false;
    this.#offset += 1;
    return true;
  }

  #expect(char: string): void {
    if (!this.#take(char)) throw parseError(this.#offset);
  }

  #parseValue(nesting: number): RulesJson {
    this.#skipBlank();
    if (nesting > MAX_RULES_NESTING) throw parseError(this.#offset);
    const char = this.#text[this.#offset];
    if (char === '"') return this.#parseString();
    if (char === "{") return this.#parseObject(nesting);
    if (char === "[") return this.#parseList(nesting);
    return this.#parseLiteral();
  }

  #parseObject(nesting: number): RulesJson {
    const offset = this.#offset;
    const entries: RulesEntry[] = [];
    this.#expect("{");
    if (this.#take("}")) return { kind: "object", offset, entries };
    do {
      this.#skipBlank();
      const key = this.#parseString();
      this.#expect(":");
      entries.push({ key: key.value, offset: key.offset, value: this.#parseValue(nesting + 1) });
    } while (this.#take(","));
    this.#expect("}");
    return { kind: "object", offset, entries };
  }

  #parseList(nesting: number): RulesJson {
    const offset = this.#offset;
    const items: RulesJson[] = [];
    this.#expect("[");
    if (this.#take("]")) return { kind: "list", offset, items };
    do {
      items.push(this.#parseValue(nesting + 1));
    } while (this.#take(","));
    this.#expect("]");
    return { kind: "list", offset, items };
  }

  #parseLiteral(): RulesJson {
    const offset = this.#offset;
    LITERAL.lastIndex = offset;
    const literal = LITERAL.exec(this.#text)?.[0];
    if (literal === undefined) throw parseError(offset);
    this.#offset += literal.length;
    // What the pattern matches is JSON.
    return { kind: "literal", offset, value: JSON.parse(literal) as boolean | number | null };
  }

  #parseString(): RulesString {
    const start = this.#offset;
    if (this.#text[start] !== '"') throw parseError(start);
    this.#offset += 1;
    let value = "";
    const offsets: number[] = [];
    let char = this.#text[this.#offset];
    while (char !== '"') {
      if (char === undefined) throw parseError(start);
      offsets.push(this.#offset);
      this.#offset += 1;
      value += char === "\\" ? this.#parseEscape() : char;
      char = this.#text[this.#offset];
    }
    offsets.push(this.#offset);
    this.#offset += 1;
    return { kind: "string", offset: start, value, offsets };
  }

  /** The character for an escape sequence whose backslash was read. */
  #parseEscape(): string {
    const backslash = this.#offset - 1;
    const escape = this.#text[this.#offset] ?? "";
    this.#offset += 1;
    if (escape !== "u") {
      const char = ESCAPES[escape];
      if (char === undefined) throw parseError(backslash);
      return char;
    }
    const hex = this.#text.slice(this.#offset, this.#offset + 4);
    if (!/^[\da-f]{4}$/i.test(hex)) throw parseError(backslash);
    this.#offset += 4;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }
}
