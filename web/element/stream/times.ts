import type { ReadingTexts } from "../texts/en.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Older ones show their date. */
const RELATIVE_MS = 7 * DAY_MS;

/** Times in a language: relative ones that are short, and exact ones. */
export class Times {
  readonly #language: string;
  readonly #units = new Map<string, Intl.NumberFormat>();
  readonly #date: Intl.DateTimeFormat;
  readonly #exact: Intl.DateTimeFormat;

  constructor(language: string) {
    this.#language = language;
    this.#date = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
    this.#exact = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  }

  /** "now", "2 min", "3 hr", "5 days", and then the date. */
  relative(time: string, now: number, texts: ReadingTexts): string {
    const date = Date.parse(time);
    const age = now - date;
    if (age < MINUTE_MS) return texts.now;
    if (age < HOUR_MS) return this.#unit("minute", age / MINUTE_MS);
    if (age < DAY_MS) return this.#unit("hour", age / HOUR_MS);
    return age < RELATIVE_MS ? this.#unit("day", age / DAY_MS) : this.#date.format(date);
  }

  exact(time: string | number): string {
    return this.#exact.format(new Date(time));
  }

  #unit(unit: string, count: number): string {
    let format = this.#units.get(unit);
    if (!format) {
      format = new Intl.NumberFormat(this.#language, { style: "unit", unit, unitDisplay: "short" });
      this.#units.set(unit, format);
    }
    return format.format(Math.floor(count));
  }
}
