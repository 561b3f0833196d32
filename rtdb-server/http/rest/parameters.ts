import { ESTIMATED_WRITE_BYTES_PER_SECOND, MAX_READ_TIMEOUT_MS, MAX_WRITE_SECONDS } from "../../limits.ts";
import { invalidData, writeTooBig } from "../../request-error.ts";

/** The parameters of REST requests that only reads or only writes take. https://firebase.google.com/docs/reference/rest/database */
const ONLY_READS = ["timeout", "download"];
const ONLY_WRITES = ["writeSizeLimit"];

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, min: 60_000 };

/** @throws RequestError for a parameter that the method does not have */
export function checkParameters(parameters: URLSearchParams, isRead: boolean): void {
  const name = (isRead ? ONLY_WRITES : ONLY_READS).find((one) => parameters.has(one));
  if (name !== undefined) throw invalidData(`${name} is a parameter of ${isRead ? "writes" : "GET"} only`);
}

/** Refuses the response of a read that took longer than its parameter `timeout`, such as `3ms`, `3s` or `3min`. */
export class ReadTimeout {
  readonly #now: () => number;
  readonly #end: number;

  /** @param now milliseconds. @throws RequestError for a timeout that is not positive or too long */
  constructor(parameters: URLSearchParams, now = (): number => performance.now()) {
    this.#now = now;
    this.#end = now() + timeoutMs(parameters.get("timeout"));
  }

  /** @throws RequestError if the time is over */
  check(): void {
    if (this.#now() > this.#end) throw invalidData("The read took longer than its timeout");
  }
}

function timeoutMs(text: string | null): number {
  if (text === null) return MAX_READ_TIMEOUT_MS;
  const [, number, unit = ""] = /^(\d{1,9})(ms|s|min)$/.exec(text) ?? [];
  const timeout = Number(number) * (UNIT_MS[unit] ?? Number.NaN);
  if (timeout > 0 && timeout <= MAX_READ_TIMEOUT_MS) return timeout;
  throw invalidData("timeout takes a positive number and a unit, as in 3ms, 3s or 3min, and at most 15min");
}

/** The header that makes a browser save the response as a file, if the parameter `download` names one. */
export function downloadHeaders(parameters: URLSearchParams): Record<string, string> {
  const name = parameters.get("download");
  if (name === null) return {};
  // RFC 6266. Characters that encodeURIComponent leaves and RFC 8187 forbids are encoded too.
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return { "content-disposition": `attachment; filename*=UTF-8''${encoded}` };
}

/**
 * Refuses a write that is estimated to take longer than its parameter `writeSizeLimit` allows.
 * @param bytes of the data that it writes, and of that which it replaces or deletes
 * @throws RequestError also for a limit that does not exist
 */
export function checkWriteSizeLimit(parameters: URLSearchParams, bytes: () => number): void {
  const name = parameters.get("writeSizeLimit");
  if (name === null) return;
  const limits: Record<string, number | undefined> = { ...MAX_WRITE_SECONDS };
  const seconds = Object.hasOwn(limits, name) ? limits[name] : undefined;
  if (seconds === undefined) {
    throw invalidData(`writeSizeLimit takes ${Object.keys(MAX_WRITE_SECONDS).join(", ")}`);
  }
  if (seconds !== Infinity && bytes() > seconds * ESTIMATED_WRITE_BYTES_PER_SECOND) throw writeTooBig();
}
