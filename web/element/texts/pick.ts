import { en, type Texts } from "./en.ts";

/** What comes with the element. English is always there; the others are loaded when they are needed. */
const LANGUAGES: Record<string, () => Promise<Texts>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import("./de.ts")).de,
};

/** The language that the element has for a language tag such as `de-AT`. */
export function languageOf(tag: string): string {
  const [language = ""] = tag.toLowerCase().split("-");
  return Object.hasOwn(LANGUAGES, language) ? language : "en";
}

export async function loadTexts(language: string): Promise<Texts> {
  return (LANGUAGES[language] ?? LANGUAGES["en"])?.() ?? en;
}
