import { RulesError } from "./parse-rules-json.ts";

/** Escapes that stand for a set of characters. Any other letter or digit after a backslash means itself in the product. */
const SET_ESCAPES = "swdSWD";

/**
 * Compiles a regular expression of a rule. The product takes a subset of JavaScript's, and reads some of the rest as other text:
 * README.md tells which. All of that is refused.
 * @param start the offset of the literal
 * @throws RulesError
 */
export function compileRegularExpression(
  { pattern, flags }: { pattern: string; flags: string },
  start: number,
): RegExp {
  if (!/^i?$/.test(flags)) throw new RulesError(start, "A regular expression can have the flag i and no other.");
  new Checker(pattern, start + 1).check();
  return new RegExp(pattern, `${flags}s`); // a dot matches any character, line breaks too
}

/** Reads a pattern that is valid in JavaScript, and refuses what the product does not have. */
class Checker {
  readonly #pattern: string;
  readonly #start: number;
  #offset = 0;

  constructor(pattern: string, start: number) {
    this.#pattern = pattern;
    this.#start = start;
  }

  check(): void {
    const hasStart = this.#take("^");
    const hasAlternatives = this.#readAlternatives();
    const hasEnd = this.#take("$");
    if (this.#offset < this.#pattern.length) throw this.#error(`'${this.#next}' is not possible here`);
    if (hasAlternatives && (hasStart || hasEnd)) {
      throw this.#error("alternatives between anchors must be in a group, as in /^(a|b)$/");
    }
  }

  get #next(): string {
    return this.#pattern.charAt(this.#offset);
  }

  #take(char: string): boolean {
    if (this.#next !== char) return false;
    this.#offset += 1;
    return true;
  }

  #error(message: string): RulesError {
    return new RulesError(this.#start + this.#offset, `Illegal regular expression, ${message}.`);
  }

  /** @returns whether there is more than one */
  #readAlternatives(): boolean {
    this.#readSequence();
    let hasMore = false;
    while (this.#take("|")) {
      hasMore = true;
      this.#readSequence();
    }
    return hasMore;
  }

  #readSequence(): void {
    if (!this.#isAtPart()) throw this.#error("an alternative or a group is empty");
    while (this.#isAtPart()) {
      this.#readPart();
      if (this.#readQuantifier() && this.#isAtQuantifier()) throw this.#error("a quantifier cannot follow another");
    }
  }

  #isAtPart(): boolean {
    return this.#next !== "" && !"|)^$*+?".includes(this.#next);
  }

  #readPart(): void {
    if (this.#take("(")) {
      this.#readAlternatives();
      if (!this.#take(")")) throw this.#error("expected ')'");
    } else if (this.#take("[")) this.#readSet();
    else this.#readCharacter();
  }

  #isAtQuantifier(): boolean {
    return this.#next !== "" && "*+?{".includes(this.#next);
  }

  #readQuantifier(): boolean {
    if (this.#take("*") || this.#take("+") || this.#take("?")) return true;
    if (!this.#take("{")) return false;
    const count = /^\d+(?:,\d*)?\}/.exec(this.#pattern.slice(this.#offset));
    if (count === null) throw this.#error("expected {n}, {n,} or {n,m}");
    this.#offset += count[0].length;
    return true;
  }

  #readSet(): void {
    this.#take("^");
    if (this.#next === "]") throw this.#error("a set of characters is empty");
    while (!this.#take("]")) {
      const isSet = this.#readCharacter();
      const isRange = this.#next === "-" && this.#pattern.charAt(this.#offset + 1) !== "]";
      if (!isRange) continue;
      this.#offset += 1;
      if (this.#readCharacter() || isSet) throw this.#error("a range is between two characters");
    }
  }

  /** @returns whether it stands for a set of characters */
  #readCharacter(): boolean {
    if (!this.#take("\\")) {
      this.#offset += 1;
      return false;
    }
    const char = this.#next;
    const isSet = SET_ESCAPES.includes(char);
    if (!isSet && /[A-Za-z\d]/.test(char)) throw this.#error(`'\\${char}' is not possible`);
    this.#offset += 1;
    return isSet;
  }
}
