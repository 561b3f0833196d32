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

/** The texts that an element shows: in its language, with those that the site replaces. The same objects until something changes. */
export class ShownTexts {
  readonly #onChange: () => void;
  #language = "en";
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

  /** @param tag a language tag such as `de-AT` */
  async choose(tag: string): Promise<void> {
    const [primary = ""] = tag.toLowerCase().split("-");
    const language = Object.hasOwn(LANGUAGES, primary) ? primary : "en";
    if (language === this.#language) return;
    this.#language = language;
    await this.#load();
  }

  async loadAll(): Promise<void> {
    this.#needsAll = true;
    await this.#load();
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
