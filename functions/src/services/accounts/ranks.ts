import type { Role } from "../../contract/account.ts";
import { ProblemError } from "../../errors.ts";

const RANK: Record<Role, number> = { user: 1, moderator: 2, admin: 3 };

/** @throws ProblemError `forbidden` when the user is of the same or a higher role than the one who acts */
export function checkOutranks(principal: { role: Role }, user: { role: Role }): void {
  if (RANK[user.role] >= RANK[principal.role]) throw new ProblemError("forbidden");
}
