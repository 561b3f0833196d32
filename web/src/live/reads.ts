import { sendRequest } from "../http/send-request.ts";
import { type AudienceNode, type Comment, type FenceNode, paths } from "../wire.ts";
import { databaseUrl } from "./database-url.ts";
import type { LiveSource } from "./source.ts";

/** A reader falls back to the API soon. */
const TIMEOUT_MS = 5_000;

/** Reads the mirror over REST. Anybody may, and it needs no SDK. */
export function restReads(base: string): Pick<LiveSource, "readNewest" | "readFence" | "readViewers"> {
  const read = async <T>(path: string, query: Record<string, string>, signal: AbortSignal): Promise<T | null> => {
    const request = { method: "GET", url: databaseUrl(base, path, query), timeoutMs: TIMEOUT_MS, signal };
    return (await sendRequest<T | null>(request)).body;
  };
  return {
    readNewest: async (videoId, count, signal) => {
      const query = { orderBy: '"$key"', limitToLast: String(count) };
      const comments = await read<Record<string, Comment>>(paths.comments(videoId), query, signal);
      // Only the relay can write them, so their shape is not checked again.
      return Object.values(comments ?? {}).sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    readFence: async (videoId, signal) => (await read<FenceNode>(paths.sync(videoId), {}, signal)) ?? undefined,
    readViewers: async (videoId, signal) =>
      (await read<AudienceNode>(paths.audience(videoId), {}, signal))?.viewers ?? 0,
  };
}
