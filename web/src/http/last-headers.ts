import type { MoreHeaders } from "./send-request.ts";

/** Reads headers for each request, but for one of a page that is left: that cannot wait, and gets the last ones. None, if they cannot be read. */
export function lastHeaders(read: () => Promise<Record<string, string>>): MoreHeaders {
  let last: Record<string, string> = {};
  return async (keepalive) => {
    if (!keepalive || Object.keys(last).length === 0) last = await read().catch(() => ({}));
    return last;
  };
}
