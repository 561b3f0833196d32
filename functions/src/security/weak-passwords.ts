import { canonicalize } from "../content/canonicalize.ts";
import { ProblemError } from "../errors.ts";

let commonPasswords: Promise<Set<string>> | undefined;

/** The 49,233 passwords most often found in leaks. Takes 200 ms to load, so it is loaded at first use. */
async function loadCommonPasswords(): Promise<Set<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"]);
}

/**
 * Refuses a password that a guesser tries first: a common one, or one of the user's own names; case makes no difference.
 * @param names the user's e-mail address and username
 * @param pointer the password's JSON pointer in the request
 * @throws ProblemError `weak_password`
 */
export async function refuseWeakPassword(password: string, names: string[], pointer: string): Promise<void> {
  const detail = await weaknessOf(canonicalize(password), names);
  if (detail !== undefined) throw new ProblemError("weak_password", { errors: [{ pointer, detail }] });
}

async function weaknessOf(password: string, names: string[]): Promise<string | undefined> {
  commonPasswords ??= loadCommonPasswords();
  if ((await commonPasswords).has(password)) return "is one of the most common passwords";
  const ownNames = names.flatMap((name) => [canonicalize(name), canonicalize(name.split("@")[0] ?? "")]);
  return ownNames.includes(password) ? "is the e-mail address or the username" : undefined;
}
