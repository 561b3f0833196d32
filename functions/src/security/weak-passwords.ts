import { ProblemError } from "../errors.ts";
import { canonical } from "../content/canonical.ts";

let common: Promise<Set<string>> | undefined;

// 49,233 passwords that were seen most in leaks, as @zxcvbn-ts/language-common keeps them; 200 ms to load, so when first asked for.
async function loadCommon(): Promise<Set<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"]);
}

/**
 * Refuses a password that is among the first a guesser tries: a common one in whatever case, or one of the user's own names.
 * @param pointer where the password stands in the request
 * @throws ProblemError `weak_password`
 */
export async function refuseGuessable(password: string, names: string[], pointer: string): Promise<void> {
  const text = canonical(password);
  const own = names.flatMap((name) => [canonical(name), canonical(name.split("@")[0] ?? "")]);
  common ??= loadCommon();
  const detail = (await common).has(text)
    ? "is one of the most common passwords"
    : own.includes(text)
      ? "is the e-mail address or the username"
      : undefined;
  if (detail) throw new ProblemError("weak_password", { errors: [{ pointer, detail }] });
}
