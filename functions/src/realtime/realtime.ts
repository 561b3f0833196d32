import type { RelayCredentials } from "./credentials.ts";
import { RealtimeError } from "./errors.ts";
import { send } from "./send.ts";

export interface RealtimeOptions {
  /** As in a Firebase configuration: `https://…firebasedatabase.app`, or an emulator's `http://host:port?ns=…`. */
  url: string;
  credentials: () => Promise<RelayCredentials>;
  /** A request that takes longer is given up; its outcome is unknown. */
  timeoutMs: number;
  /** Is called after each request with whether it was answered. */
  onConnected?: (isConnected: boolean) => void;
}

/**
 * The Realtime Database over REST, with the relay's restricted rights. Not by the Admin SDK: it keeps an `update()` made while it is
 * disconnected and replays it later. A REST request ends within its time-out, one way or the other.
 * @see https://firebase.google.com/docs/reference/rest/database
 */
export class Realtime {
  readonly #options: RealtimeOptions;

  constructor(options: RealtimeOptions) {
    this.#options = options;
  }

  /**
   * One multi-location update: all of it or nothing. Keys are paths from the root; null deletes.
   * @throws RealtimeError
   */
  async update(values: Record<string, unknown>): Promise<void> {
    await this.#request("PATCH", "", { query: { print: "silent" }, body: JSON.stringify(values) });
  }

  /**
   * The value at a path; null where there is none.
   * @throws RealtimeError
   */
  async read(path: string): Promise<unknown> {
    return JSON.parse(await this.#request("GET", path, {}));
  }

  /**
   * The children of a place with keys from `first` to `last`; null where there are none.
   * @throws RealtimeError
   */
  async readRange(path: string, first: string, last: string): Promise<unknown> {
    const query = { orderBy: '"$key"', startAt: JSON.stringify(first), endAt: JSON.stringify(last) };
    return JSON.parse(await this.#request("GET", path, { query }));
  }

  async #request(
    method: string,
    path: string,
    { query = {}, body }: { query?: Record<string, string>; body?: string },
  ): Promise<string> {
    let status: number;
    let text: string;
    try {
      const credentials = await this.#options.credentials();
      const url = new URL(this.#options.url);
      url.pathname = `/${path}.json`;
      for (const [name, value] of Object.entries({ ...query, ...credentials.query })) url.searchParams.set(name, value);
      ({ status, text } = await send(url, {
        method,
        headers: { ...credentials.headers, "content-type": "application/json" },
        body: body ?? "",
        timeoutMs: this.#options.timeoutMs,
      }));
    } catch (error) {
      this.#options.onConnected?.(false);
      throw new RealtimeError("away", `no answer from the Realtime Database: ${reasonOf(error)}`, { cause: error });
    }
    this.#options.onConnected?.(status < 500);
    if (status < 300) return text;
    // The text names a rule or a path, never content.
    throw new RealtimeError(kindOf(status), `the Realtime Database answered ${status}: ${text.slice(0, 200).trim()}`);
  }
}

function kindOf(status: number): RealtimeError["kind"] {
  if (status === 401 || status === 403) return "refused";
  return status === 400 || status === 413 ? "invalid" : "away";
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
