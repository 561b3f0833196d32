import { de as deReading } from "./de.ts";
import { deSignedIn } from "./de-signed-in.ts";
import { en as enReading } from "./en.ts";
import { enSignedIn, type Texts } from "./en-signed-in.ts";

export type { Texts };

/** All texts, for sites that replace or translate them. */
export const en: Texts = { ...enReading, ...enSignedIn };
export const de: Texts = { ...deReading, ...deSignedIn };
