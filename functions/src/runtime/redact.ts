/** Names of fields whose value never belongs in a log. */
const SECRET_NAME = /pass(word|wd)?|secret|token|authorization|cookie|credential|private_?key|api_?key|hash|e_?mail/i;

/** What may be in an e-mail address, as one run: a pattern of the address itself would try each of its letters as the first. */
const ADDRESS_RUN = /[\p{L}\p{M}\p{N}_.!#$%&'*+=?^`{|}~@-]+/gu;
const ADDRESS = /[^@]@[^@]*\.[^@.]/;
const hideAddress = (run: string) => (ADDRESS.test(run) ? "[e-mail]" : run);

/** Texts that are secret or personal wherever they are, with their replacements. Each pattern takes linear time. */
const SECRET_TEXTS: [RegExp, string | ((match: string) => string)][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*/g, "[private key]"],
  [/\beyJ[\w-]{8,}(\.[\w-]*){0,4}/g, "[jwt]"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\.\d{1,10}\.[\w-]{43}/gi, "[refresh token]"],
  [/\$argon2[a-z]{1,2}\$[\w$=,+/]+/g, "[password hash]"],
  [/\b(bearer|basic) +[^\s"',]+/gi, "$1 [credentials]"],
  [/(:\/\/[^\s:/@]*):[^\s/@]*@/g, "$1:[password]@"],
  [ADDRESS_RUN, hideAddress],
];

/** Whatever a pattern above matches has one of these. Most texts in a log are ids and routes, and have none. */
const CUES = /[@$]|-----|eyJ|bearer|basic|:\/\/|-[0-9a-f]{12}\./i;

const MAX_TEXT_LENGTH = 4_000;

/** The value as a log may show it under that name. */
export function redact<T>(name: string, value: T): T | string {
  if (value === undefined || value === null || typeof value === "boolean") return value;
  if (SECRET_NAME.test(name)) return "[redacted]";
  return typeof value === "string" ? redactText(value) : value;
}

/** The text without its secret and personal parts; of its first 4,000 characters. */
export function redactText(text: string): string {
  const short = text.slice(0, MAX_TEXT_LENGTH);
  if (!CUES.test(short)) return short;
  return SECRET_TEXTS.reduce(
    (rest, [pattern, replacement]) =>
      typeof replacement === "string" ? rest.replace(pattern, replacement) : rest.replace(pattern, replacement),
    short,
  );
}
