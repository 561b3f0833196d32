import { SERVICE_NAME_PREFIXES } from "../../contract/account.ts";
import { USERNAME_CODE_POINTS, USERNAME_LENGTH } from "../../contract/limits.ts";
import { canonicalize } from "../canonicalize.ts";
import { isReservedName } from "./reserved.ts";
import { graphemesOf, nameProblem, toName } from "./rules.ts";

const SUFFIX_LENGTH = 8;
/** What a name may have before the hyphen and the suffix. */
const MAX_KEPT = {
  graphemes: USERNAME_LENGTH.max - SUFFIX_LENGTH - 1,
  codePoints: USERNAME_CODE_POINTS.max - SUFFIX_LENGTH - 1,
};

/**
 * Names for the account that stands for an author of imported comments, the best first: the author's own; the same with a suffix from the
 * id; and two that nobody can register, the last of them from `newId`. All follow the rules for names. Which of them are taken is to be seen.
 */
export function standInNames({ id, username }: { id: string; username: string }, newId: string): string[] {
  const names = [importedName(id), importedName(newId)];
  const own = toName(username);
  if (isServiceName(own)) return [own, ...names];
  const suffixed = `${keptOf(own)}-${id.slice(-SUFFIX_LENGTH)}`;
  return [own, suffixed].filter(isAllowed).concat(names);
}

function importedName(id: string): string {
  return `${SERVICE_NAME_PREFIXES.imported}${id.slice(-12)}`;
}

/** A name that only the service gives, to an erased account or to one that stood for an author elsewhere. */
function isServiceName(name: string): boolean {
  return Object.values(SERVICE_NAME_PREFIXES).some(
    (prefix) => name.startsWith(prefix) && /^[0-9a-f]{12}$/.test(name.slice(prefix.length)),
  );
}

function isAllowed(name: string): boolean {
  return nameProblem(name) === undefined && !isReservedName(name);
}

/** As many whole graphemes of the name as a suffix leaves room for, in the stored form and in the canonical one. */
function keptOf(name: string): string {
  let kept = "";
  let codePoints = 0;
  for (const grapheme of graphemesOf(name).slice(0, MAX_KEPT.graphemes)) {
    codePoints += Math.max(Array.from(grapheme).length, Array.from(canonicalize(grapheme)).length);
    if (codePoints > MAX_KEPT.codePoints) return kept;
    kept += grapheme;
  }
  return kept;
}
