import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";

/** The instance's one connection to Redis. It is made at its first use, and again whenever it was lost. */
export interface RedisConnection {
  /** The client, once it is connected, connecting has failed, or a second has passed. Its commands reject while Redis is away. */
  open: () => Promise<Redis>;
  /** The client if it is connected now, without waiting. Begins to connect if nobody has. */
  findReady: () => Redis | undefined;
  /** Rejects while Redis is away. */
  ping: () => Promise<unknown>;
  close: () => Promise<void>;
}

export interface RedisHooks {
  onAway: (error: Error) => void;
  onReady: () => void;
}

/** A command without an answer for this long rejects, and Redis is connected to again. */
export const COMMAND_MS = 500;
const CONNECT_MS = 1_000;

export function openRedis(url: string, { onAway, onReady }: RedisHooks): RedisConnection {
  let client: Redis | undefined;
  let opened: Promise<Redis> | undefined;

  async function connect(): Promise<Redis> {
    // It takes 140 ms to load, and few deployments use it.
    const { Redis } = await import("ioredis");
    const redis = new Redis(url, {
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
      commandTimeout: COMMAND_MS,
      // Closes a connection that gives no answer, so that the commands after the first do not wait for it.
      socketTimeout: COMMAND_MS,
      // After a failover: the connection still leads to what is a replica now.
      reconnectOnError: (error) => error.message.startsWith("READONLY"),
    });
    client = redis;
    redis.on("error", onAway);
    redis.on("ready", onReady);
    // Wait for the connection. Otherwise a new instance makes its first counts in its own memory. Redis may be loading its data for long.
    await Promise.race([redis.connect().catch(() => undefined), sleep(CONNECT_MS)]);
    return redis;
  }
  const open = () => (opened ??= connect());

  return {
    open,
    findReady() {
      // A failure is for whoever waits for the client.
      open().catch(() => {});
      return client?.status === "ready" ? client : undefined;
    },
    ping: async () => (await open()).ping(),
    async close() {
      (await opened)?.disconnect();
    },
  };
}
