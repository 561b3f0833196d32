import { type Role, ROLES } from "../../contract/account.ts";
import { ProblemError } from "../../errors.ts";

/** Whether the role has at least the rights of another. */
export function hasRole(role: Role, required: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(required);
}

/** @throws ProblemError `forbidden` unless the principal's role is higher than the user's */
export function requireHigherRole(principal: { role: Role }, user: { role: Role }): void {
  if (hasRole(user.role, principal.role)) throw new ProblemError("forbidden");
}

/** Whether the principal may see and change what belongs to the user. */
export function isOwnerOrModerator(principal: { userId: string; role: Role }, ownerId: string): boolean {
  return principal.userId === ownerId || hasRole(principal.role, "moderator");
}
