import { SERVICE_NAME_PREFIXES } from "../../contract/account.ts";
import { nameProblem, toName } from "./rules.ts";

/** What the name keeps of the author's, in UTF-16 units. The suffix and the bounds of a name need the rest. */
const KEPT_LENGTH = 20;

/** The name of an account that stands for an author of imported comments. The end of the id makes it unique, as far as that goes. */
export function standInName({ id, username }: { id: string; username: string }): string {
  const kept = toName(username).slice(0, KEPT_LENGTH).toWellFormed();
  const name = `${kept}-${id.slice(-8)}`;
  return nameProblem(name) === undefined ? name : reservedStandInName(id);
}

/** The stand-in's name where the first one is no name, or taken. Nobody can register it. */
export function reservedStandInName(id: string): string {
  return `${SERVICE_NAME_PREFIXES.imported}${id.slice(-12)}`;
}
