import { COMMAND_MS, type RedisConnection } from "../redis/open-redis.ts";
import { scopeKey } from "../redis/scope-key.ts";
import type { PageStore, VideoPage } from "./page-cache.ts";

interface RedisPagesOptions {
  /** What the pages were made by and from. Only instances that name the same share pages. */
  scope: string[];
  keepSeconds?: number;
  /** How long a look-up may take. */
  lookUpMs?: number;
}

/** Long enough for new instances to find what the others have; short, because Redis then still has the text of an erased comment. */
const KEEP_SECONDS = 60;
/** An answer takes about a millisecond. A page takes MySQL a few, so waiting for longer gains nothing. */
const LOOK_UP_MS = 50;
/** Past it, the connection that gave no answer is closed. */
const PAUSE_MS = 2 * COMMAND_MS;
/** 100 comments of 2,000 characters take as much; a page of 20 takes about 20 KB. */
const MAX_ENTRY_BYTES = 256 * 1024;

/**
 * Pages in Redis, for all instances: what one has loaded from MySQL, another need not load.
 *
 * Why it is safe: an entry names its tag, and is a page only under exactly that tag. What is anything else counts as missing.
 *
 * Why it costs no request: a look-up that has no answer after `LOOK_UP_MS` counts as missing, and for `PAUSE_MS` nobody asks again. By then
 * the connection to a silent Redis is closed, and without a connection nobody asks either. Nobody waits for a page to be written.
 *
 * How it stays small: one entry for a video and size of page, of `MAX_ENTRY_BYTES` at most, which is gone after `KEEP_SECONDS`.
 */
export function createRedisPages(
  redis: RedisConnection,
  { scope, keepSeconds = KEEP_SECONDS, lookUpMs = LOOK_UP_MS }: RedisPagesOptions,
): PageStore {
  const prefix = `newest-page:${scopeKey(scope)}:`;
  let pausedUntil = 0;

  const findUsable = () => (performance.now() < pausedUntil ? undefined : redis.findReady());

  /** The answer, or undefined if it is an error or takes too long. */
  function inTime(answer: Promise<Buffer>): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      let expiry: NodeJS.Immediate | undefined;
      const timer = setTimeout(() => {
        // An answer may have arrived while this process was busy: it is read before the immediate runs.
        expiry = setImmediate(() => {
          pausedUntil = performance.now() + PAUSE_MS;
          resolve(undefined);
        });
      }, lookUpMs);
      void answer
        .then(resolve, () => resolve(undefined))
        .finally(() => {
          clearTimeout(timer);
          clearImmediate(expiry);
        });
    });
  }

  return {
    async find(place, tag) {
      const client = findUsable();
      if (!client) return undefined;
      // A range, because another program's value may be of any size.
      const entry = await inTime(client.getrangeBuffer(prefix + place, 0, MAX_ENTRY_BYTES - 1));
      return entry && readEntry(entry, tag);
    },
    keep(place, page) {
      const client = findUsable();
      if (!client) return;
      const entry = buildEntry(page);
      if (entry.byteLength > MAX_ENTRY_BYTES) return;
      // An error is for nobody: the next instance asks MySQL.
      client.set(prefix + place, entry, "EX", keepSeconds).catch(() => {});
    },
  };
}

/** `{tag} {seq} {bytes of the JSON}`, a line break, the JSON. */
function buildEntry({ tag, seq, json }: VideoPage): Buffer {
  return Buffer.from(`${tag} ${seq} ${Buffer.byteLength(json)}\n${json}`);
}

/** The page, if this is the whole entry of one with this tag. */
function readEntry(entry: Buffer, tag: string): VideoPage | undefined {
  const end = entry.indexOf("\n");
  const [entryTag, seq, bytes] = entry.toString("utf8", 0, Math.max(0, end)).split(" ");
  const isWhole = Number(bytes) === entry.byteLength - end - 1;
  if (entryTag !== tag || !isWhole || !Number.isSafeInteger(Number(seq))) return undefined;
  return { tag, seq: Number(seq), json: entry.toString("utf8", end + 1) };
}
