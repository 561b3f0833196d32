import { randomUUID } from "node:crypto";
import { canonicalize } from "../../../functions/src/content/canonicalize.ts";
import type { Role } from "../../../functions/src/contract/account.ts";
import type { Db } from "../../../functions/src/database/schema.ts";
import { transact } from "../../../functions/src/database/transactions.ts";
import { createPasswords } from "../../../functions/src/security/passwords.ts";
import { claimLooks, newNameOf } from "../../../functions/src/services/accounts/usernames.ts";
import { insertUser } from "../../../functions/src/tables/accounts/users.ts";
import { sendToPlatform } from "../environment.ts";
import { CHEAP } from "./cheap-hash.ts";
import { Client, password } from "./client.ts";
import { updateUser } from "./users.ts";

/** Of the password that all test users have. */
let passwordHash: Promise<string> | undefined;

const hashOnce = () =>
  (passwordHash ??= createPasswords(CHEAP).admit({ known: "test" }, (hasher) => hasher.hash(password)));

/**
 * A new user of the platform, signed in. They are inserted instead of registered, because the platform's hashes cost what they do in
 * production: a hash is verified at the cost with which it was made.
 */
export async function createPlatformUser(db: Db, role: Role = "user"): Promise<Client> {
  const id = randomUUID();
  const username = `u${randomUUID().slice(0, 8)}`;
  const email = `${username}@example.com`;
  const emails = { email, email_canonical: canonicalize(email) };
  const user = { id, ...emails, ...newNameOf(username), password_hash: await hashOnce() };
  await transact(db, async (transaction) => {
    await insertUser(transaction, user);
    await claimLooks(transaction, id, username);
  });
  const signedOut = new Client(sendToPlatform);
  const { status, body } = await signedOut.signIn({ email, device: { id: "test" } });
  if (status !== 201) throw new Error(`${username} cannot sign in: ${JSON.stringify(body)}`);
  const client = signedOut.with(body);
  // As an admin does it: the session is older than the role.
  if (role !== "user") await updateUser({ db }, client, { role });
  return client;
}
