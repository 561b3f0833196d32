import { environment } from "../environment.ts";

/** Reads or writes the Realtime Database as an administrator, past the rules, as an operator does in the console. */
export async function administer(
  method: "GET" | "PUT" | "PATCH" | "DELETE",
  path: string,
  value?: unknown,
  host = environment("FIREBASE_DATABASE_EMULATOR_HOST"),
): Promise<unknown> {
  const namespace = `${environment("GCLOUD_PROJECT")}-default-rtdb`;
  const url = `http://${host}/${path}.json?ns=${namespace}`;
  const body = value === undefined ? {} : { body: JSON.stringify(value) };
  const response = await fetch(url, { method, headers: { authorization: "Bearer owner" }, ...body });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
