import type { RelayCredentials } from "./credentials.ts";
import { RealtimeError } from "./errors.ts";
import { send } from "./send.ts";

export interface RealtimeOptions {
  /** As in a Firebase configuration: `https://…firebasedatabase.app`, or an emulator's `http://host:port?ns=…`. */
  url: string;
  credentials: () => Promise<RelayCredentials>;
  /** A request that takes longer is given up; its outcome is unknown. To get a token first may take as long again. */
  timeoutMs: number;
  /** Is called after each request with whether it was answered with a status under 500. */
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

  /**
   * The keys of a place's children. The values are not read, so what is billed are the keys alone (`shallow`).
   * @throws RealtimeError
   */
  async readKeys(path: string): Promise<string[]> {
    return Object.keys(childrenOf(JSON.parse(await this.#request("GET", path, { query: { shallow: "true" } }))));
  }

  /**
   * With `equalTo`, the children of a place whose field has this value, in the order of their keys. With `endAt`, those whose field is at
   * most this value, in the order of the field; children without the field come first. The rules must have an index on the field.
   * @throws RealtimeError
   */
  async readWhere(
    path: string,
    field: string,
    { limit, ...bound }: ({ equalTo: boolean } | { endAt: number }) & { limit: number },
  ): Promise<Record<string, unknown>> {
    const values = Object.entries(bound).map(([name, value]) => [name, JSON.stringify(value)]);
    const query = { orderBy: JSON.stringify(field), limitToFirst: String(limit), ...Object.fromEntries(values) };
    return childrenOf(JSON.parse(await this.#request("GET", path, { query })));
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

/** The children of a value by their keys; none of a value that is no object. */
export function childrenOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function kindOf(status: number): RealtimeError["kind"] {
  if (status === 401 || status === 403) return "refused";
  return status === 400 || status === 413 ? "invalid" : "away";
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
