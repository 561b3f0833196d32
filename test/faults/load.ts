import { randomUUID } from "node:crypto";
import type { Client } from "../support/client.ts";
import type { Random } from "./random.ts";

export interface Written {
  by: Client;
  videoId: string;
  content: string;
  /** The comment's id, once a 201 has named it. */
  id?: string;
  /** A 204 has said so. */
  deleted?: boolean;
}

export interface Load {
  /** Everything that was sent, acknowledged or not. */
  readonly written: Written[];
  readonly acknowledged: number;
  /** Resolves when all writes are acknowledged. */
  readonly done: Promise<void>;
  stop(): void;
}

const WRITERS = 12;

/**
 * Writers that post, and delete 1 in 8 of their own, each write repeated with its key until it is acknowledged. Half of all goes to
 * the first video.
 * @param pace writes per second, about
 */
export function startLoad(
  options: { clients: Client[]; videos: string[]; writes: number; pace: number },
  random: Random,
): Load {
  const { clients, videos, writes, pace } = options;
  const written: Written[] = [];
  let begun = 0;
  let acknowledged = 0;
  const ending = new AbortController();

  async function write(client: Client): Promise<void> {
    const own = written.filter((one) => one.by === client && one.id !== undefined && !one.deleted).slice(-50);
    if (own.length > 3 && random.chance(1 / 8)) {
      const one = random.pick(own);
      if (await insist(() => client.delete(one.videoId, one.id!), [204])) one.deleted = true;
      return;
    }
    const videoId = random.chance(0.5) ? videos[0]! : random.pick(videos);
    const one: Written = { by: client, videoId, content: `comment ${written.length} ${"x".repeat(random.below(200))}` };
    written.push(one);
    const key = randomUUID();
    await insist(async () => {
      const reply = await client.post(videoId, one.content, key);
      if (reply.status === 201) one.id = reply.body.comment.id;
      return reply;
    }, [201]);
  }

  /** Repeats until an answer says how it went; false when the load was stopped before. */
  async function insist(send: () => Promise<{ status: number }>, settled: number[]): Promise<boolean> {
    for (;;) {
      const status = await send().then(
        (reply) => reply.status,
        () => 0,
      );
      if (settled.includes(status)) {
        acknowledged += 1;
        return true;
      }
      if (status !== 0 && status < 500 && status !== 409 && status !== 429) throw new Error(`a write got ${status}`);
      if (ending.signal.aborted) return false;
      await pause(200);
    }
  }

  const writers = clients.slice(0, WRITERS).map(async (client) => {
    while (begun < writes && !ending.signal.aborted) {
      begun += 1;
      const started = Date.now();
      await write(client);
      await pause(Math.max(0, (1000 * WRITERS) / pace - (Date.now() - started)));
    }
  });
  return {
    written,
    get acknowledged() {
      return acknowledged;
    },
    done: Promise.all(writers).then(() => {}),
    stop() {
      ending.abort();
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
