import { applicationDefault, cert } from "firebase-admin/app";
import type { Config } from "../../functions/src/config.ts";
import { RealtimeError } from "../../functions/src/realtime/errors.ts";

/** The keys below a path, without their values. @throws RealtimeError */
export async function keysAt(config: Config, path: string): Promise<string[]> {
  const value = (await request(config, "GET", { path, query: { shallow: "true" } })) as object | null;
  return Object.keys(value ?? {});
}

/** Removes the values at the paths, in one update. @throws RealtimeError */
export async function removeAll(config: Config, paths: string[]): Promise<void> {
  const values = Object.fromEntries(paths.map((path) => [path, null]));
  await request(config, "PATCH", { path: "", body: JSON.stringify(values) });
}

/**
 * Opens an event stream to an emulator, which stays open as long as its process runs.
 * @returns `ended` resolves when the stream has ended, for whatever reason
 * @throws an error when there is no answer
 */
export async function holdConnection(config: Config, signal: AbortSignal): Promise<{ ended: Promise<void> }> {
  const url = new URL(config.realtime.url);
  url.pathname = "/connections.json"; // nothing is there
  const headers = { accept: "text/event-stream", authorization: "Bearer owner" };
  const response = await fetch(url, { headers, signal });
  if (!response.ok) throw new RealtimeError("away", `the Realtime Database answered ${response.status}`);
  const ended = response.body?.pipeTo(new WritableStream()).catch(() => {});
  return { ended: ended ?? Promise.resolve() };
}

interface RequestOptions {
  path: string;
  query?: Record<string, string>;
  body?: string;
}

/** Sends a request as the service account, which bypasses the rules. */
async function request(config: Config, method: string, { path, query = {}, body }: RequestOptions): Promise<unknown> {
  const { projectId, serviceAccount, realtime } = config;
  const credential = () => (serviceAccount ? cert({ projectId, ...serviceAccount }) : applicationDefault());
  const url = new URL(realtime.url);
  url.pathname = `/${path}.json`;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  try {
    const token = realtime.isEmulator ? "owner" : (await credential().getAccessToken()).access_token;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const signal = AbortSignal.timeout(60_000);
    const response = await fetch(url, { method, headers, signal, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    const kind = response.status === 401 || response.status === 403 ? "refused" : "away";
    throw new RealtimeError(kind, `the Realtime Database answered ${response.status}: ${text.slice(0, 200).trim()}`);
  } catch (error) {
    if (error instanceof RealtimeError) throw error;
    throw new RealtimeError("away", `no answer from the Realtime Database: ${String(error)}`, { cause: error });
  }
}
