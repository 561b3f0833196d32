import { randomUUID } from "node:crypto";
import type { Context } from "../../../functions/src/context.ts";
import type { Role } from "../../../functions/src/contract/account.ts";
import { Client, password } from "./client.ts";
import type { Send } from "./send.ts";

/** Registers a user and signs this client in as them. */
export async function signUp(client: Client, name = `u${randomUUID().slice(0, 8)}`): Promise<Client> {
  const email = `${name}@example.com`;
  const registered = await client.call("POST", "/users", { email, username: name, password });
  if (registered.status !== 201) throw new Error(`${name} cannot register: ${JSON.stringify(registered.body)}`);
  const signedIn = await client.signIn({ email, device: { id: "test" } });
  if (signedIn.status !== 201) throw new Error(`${name} cannot sign in: ${JSON.stringify(signedIn.body)}`);
  client.session = signedIn.body;
  return client;
}

/** A new user, signed in. */
export function createUser(send: Send, name?: string): Promise<Client> {
  return signUp(new Client(send), name);
}

/** A new user with a role, signed in. */
export async function createUserOf(context: Pick<Context, "db">, send: Send, role: Role): Promise<Client> {
  const client = await createUser(send);
  await updateUser(context, client, { role });
  return client;
}

/** Makes it an hour since the user was here. The erasure of a user who is here now waits 10 s for the end of their requests. */
export async function ageVisits({ db }: Pick<Context, "db">, { id }: Pick<Client, "id">): Promise<void> {
  const last_seen_at = new Date(Date.now() - 3_600_000);
  await db.updateTable("user_devices").set({ last_seen_at }).where("user_id", "=", id).execute();
}

/** Changes a user's row in MySQL, past the API. */
export async function updateUser(
  { db }: Pick<Context, "db">,
  client: Client,
  values: { role?: Role; is_active?: boolean; renamed_at?: Date | null },
): Promise<void> {
  await db.updateTable("users").set(values).where("id", "=", client.id).execute();
}
