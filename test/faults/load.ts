import { randomUUID } from "node:crypto";
import type { Client, Reply } from "../support/app/client.ts";
import type { Random } from "./random.ts";

/** What was sent of one comment. Its author alone changes it, one write after the other. */
export interface Written {
  by: Client;
  videoId: string;
  /** What each version of it begins with, and no other comment does. */
  name: string;
  /** The comment's id, once a 201 has named it. */
  id?: string;
  /** The last version that was acknowledged. */
  version: number;
  content: string;
  /** What the next version says if it came about, of which no answer told. */
  unanswered?: string;
  /** A 204 has said so. */
  deleted?: boolean;
}

export interface Load {
  /** Everything that was sent, acknowledged or not. */
  readonly written: Written[];
  readonly acknowledged: number;
  readonly edited: number;
  /** Answers that an edit must not get, in words. */
  readonly violations: string[];
  /** Resolves when all writes are acknowledged, after `finish`. */
  readonly done: Promise<void>;
  /** Nothing is begun any more once enough was written. */
  finish(): void;
  /** Gives up, what is unanswered too. */
  stop(): void;
}

const WRITERS = 12;

/**
 * Writers that post, edit (1 in 5) and delete (1 in 10) their own, each write repeated until it is acknowledged: a post with its key,
 * an edit with its `If-Match`. Half of all goes to the first video.
 * @param options.writes at least so many
 * @param options.pace writes per second, about
 */
export function startLoad(
  options: { clients: Client[]; videos: string[]; writes: number; pace: number },
  random: Random,
): Load {
  const { clients, videos, writes, pace } = options;
  const written: Written[] = [];
  const violations: string[] = [];
  let begun = 0;
  let acknowledged = 0;
  let edited = 0;
  const finishing = new AbortController();
  const ending = new AbortController();

  async function write(client: Client): Promise<void> {
    const own = written.filter((one) => one.by === client && one.id !== undefined && !one.deleted).slice(-50);
    const kind = own.length > 3 ? random.below(10) : 9;
    if (kind === 0) await remove(random.pick(own));
    else if (kind <= 2) await edit(random.pick(own));
    else await post(client);
  }

  async function post(by: Client): Promise<void> {
    const videoId = random.chance(0.5) ? videos[0]! : random.pick(videos);
    const name = `comment ${written.length} `;
    const one: Written = { by, videoId, name, version: 1, content: name + "x".repeat(random.below(200)) };
    written.push(one);
    const key = randomUUID();
    const reply = await insist(() => by.post(videoId, one.content, key), [201]);
    if (reply) one.id = reply.body.comment.id;
  }

  async function edit(one: Written): Promise<void> {
    const version = one.version + 1;
    const content = `${one.name}version ${version} ${"y".repeat(random.below(200))}`;
    one.unanswered = content;
    const reply = await insist(
      () =>
        one.by.call<{ comment: Said; current: Said }>(
          "PATCH",
          `/videos/${one.videoId}/comments/${one.id!}`,
          { content },
          { "if-match": `"${one.version}"` },
        ),
      [200, 412],
    );
    if (!reply) return;
    // A repeated one finds that it was done: the 412 shows what was asked for.
    const now = reply.status === 200 ? reply.body.comment : reply.body.current;
    if (now.version !== version || now.content !== content)
      violations.push(`an edit to version ${version} of ${one.id!} got ${reply.status} with version ${now.version}`);
    Object.assign(one, { version, content });
    delete one.unanswered;
    edited += 1;
  }

  async function remove(one: Written): Promise<void> {
    if (await insist(() => one.by.delete(one.videoId, one.id!), [204])) one.deleted = true;
  }

  /** Repeats until an answer says how it went; undefined when the load was stopped before. */
  async function insist<T>(send: () => Promise<Reply<T>>, settled: number[]): Promise<Reply<T> | undefined> {
    for (;;) {
      const reply = await send().catch(() => undefined);
      if (reply && settled.includes(reply.status)) {
        acknowledged += 1;
        return reply;
      }
      const status = reply?.status ?? 500;
      if (status < 500 && status !== 409 && status !== 429) throw new Error(`a write got ${status}`);
      if (ending.signal.aborted) return undefined;
      await pause(200);
    }
  }

  const writers = clients.slice(0, WRITERS).map(async (client) => {
    while (!ending.signal.aborted && (begun < writes || !finishing.signal.aborted)) {
      begun += 1;
      const started = Date.now();
      await write(client);
      await pause(Math.max(0, (1000 * WRITERS) / pace - (Date.now() - started)));
    }
  });
  return {
    written,
    violations,
    get acknowledged() {
      return acknowledged;
    },
    get edited() {
      return edited;
    },
    done: Promise.all(writers).then(() => {}),
    finish() {
      finishing.abort();
    },
    stop() {
      ending.abort();
    },
  };
}

interface Said {
  version: number;
  content: string;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
