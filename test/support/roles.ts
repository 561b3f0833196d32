import type { Role } from "../../functions/src/contract/account.ts";
import type { Context } from "../../functions/src/context.ts";
import type { Client, Send } from "./client.ts";
import { createUser } from "./client.ts";

/** Registers a new user of a role and signs them in. */
export async function createUserOf({ db }: Pick<Context, "db">, send: Send, role: Role): Promise<Client> {
  const client = await createUser(send);
  await db.updateTable("users").set({ role }).where("id", "=", client.session!.user.id).execute();
  return client;
}
