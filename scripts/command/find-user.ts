import { canonicalize } from "../../functions/src/content/canonicalize.ts";
import type { Context } from "../../functions/src/context.ts";
import { type UserRow, findUser, findUserByEmail } from "../../functions/src/tables/accounts/users.ts";
import { NotFound } from "../platform/problem.ts";

/** The user of an e-mail address or an id. @throws NotFound if there is none */
export async function findNamedUser({ db }: Pick<Context, "db">, name: string): Promise<UserRow> {
  const user = isEmail(name) ? await findUserByEmail(db, canonicalize(name)) : await findUser(db, name.toLowerCase());
  if (!user) throw new NotFound(`There is no user ${name}. Give an e-mail address or an id.`);
  return user;
}

export function isEmail(name: string): boolean {
  return name.includes("@");
}

/** What tells a person whose account it is, a line each. */
export function describeUser({ username, id, email, role, inserted_at }: UserRow): string {
  return [
    `  username    ${username}`,
    `  id          ${id}`,
    `  e-mail      ${email}`,
    `  role        ${role}`,
    `  registered  ${inserted_at.toISOString()}`,
  ].join("\n");
}
