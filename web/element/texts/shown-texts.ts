import { en, type ReadingTexts } from "./en.ts";
import type { SignedInTexts, Texts } from "./en-signed-in.ts";

interface Language {
  reading: () => Promise<ReadingTexts>;
  signedIn: () => Promise<SignedInTexts>;
}

/** What comes with the element. English is always there for readers; everything else is loaded when it is needed. */
const LANGUAGES: Record<string, Language> = {
  en: {
    reading: () => Promise.resolve(en),
    signedIn: async () => (await import("./en-signed-in.ts")).enSignedIn,
  },
  de: {
    reading: async () => (await import("./de.ts")).de,
    signedIn: async () => (await import("./de-signed-in.ts")).deSignedIn,
  },
};

/** A language whose texts could not be loaded is tried again after this. */
const AGAIN_MS = 30_000;

/** The texts that an element shows: in its language, with those that the site replaces. The same objects until something changes. */
export class ShownTexts {
  readonly #onChange: () => void;
  #language = "en";
  #againAt = 0;
  #reading: ReadingTexts = en;
  #signedIn: SignedInTexts | undefined;
  #replaced: Partial<Texts> = {};
  #needsAll = false;
  #shown: ReadingTexts = en;
  #all: Texts | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get language(): string {
    return this.#language;
  }

  get shown(): ReadingTexts {
    return this.#shown;
  }

  /** With those of signed-in people. @throws Error before `loadAll` */
  get all(): Texts {
    if (!this.#all) throw new Error("the texts are not loaded");
    return this.#all;
  }

  replace(texts: Partial<Texts>): void {
    this.#replaced = texts;
    this.#build();
  }

  /**
   * Shows another language as soon as its texts are loaded. If they cannot be, the language stays, and is changed by a later call.
   * @param tag a language tag such as `de-AT`
   */
  choose(tag: string): void {
    const [primary = ""] = tag.toLowerCase().split("-");
    const language = Object.hasOwn(LANGUAGES, primary) ? primary : "en";
    const before = this.#language;
    if (language === before || performance.now() < this.#againAt) return;
    this.#language = language;
    this.#load().catch(() => {
      if (language === this.#language) this.#language = before;
      this.#againAt = performance.now() + AGAIN_MS;
    });
  }

  /** After it, `all` is there. @throws TypeError */
  async loadAll(): Promise<void> {
    this.#needsAll = true;
    // If another language is chosen meanwhile, what was loaded is not used.
    do {
      await this.#load();
    } while (!this.#all);
  }

  async #load(): Promise<void> {
    const language = this.#language;
    const { reading, signedIn } = LANGUAGES[language] ?? {};
    const loaded = await Promise.all([reading?.(), this.#needsAll ? signedIn?.() : undefined]);
    if (language !== this.#language) return;
    this.#reading = loaded[0] ?? en;
    this.#signedIn = loaded[1] ?? this.#signedIn;
    this.#build();
    this.#onChange();
  }

  #build(): void {
    this.#shown = { ...this.#reading, ...this.#replaced };
    this.#all = this.#signedIn && { ...this.#reading, ...this.#signedIn, ...this.#replaced };
  }
}
