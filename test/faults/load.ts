import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../scripts/platform/problem.ts";
import type { Client, Reply } from "../support/app/client.ts";
import { checkOwnWrite } from "./checks/own-writes.ts";
import type { Random } from "./random.ts";
import { NoResponse } from "./system/clients.ts";
import type { Damage } from "./system/system.ts";
import type { ReportViolation } from "./violations.ts";

/** What the load sent of one comment. Only its author changes it, one write after the other. */
export interface SentComment {
  author: Client;
  videoId: string;
  /** What each of its versions begins with, and no other comment does. */
  name: string;
  /** Known after the post was acknowledged. */
  id?: string;
  /** The last acknowledged version. */
  version: number;
  /** What that version says. */
  content: string;
  /** What the next version says, if an edit was sent and not acknowledged. */
  nextContent?: string;
  /** Whether the deletion was acknowledged. */
  isDeleted: boolean;
}

export interface LoadOptions {
  clients: Client[];
  videos: string[];
  /** The load ends after this many writes, and not before `finish`. */
  minWrites: number;
  /** The pace of all writers. */
  writesPerSecond: number;
  random: Random;
  report: ReportViolation;
  /** Whether each writer reads what they wrote. */
  readsBack: boolean;
  damage: Damage;
}

export interface Load {
  readonly sent: SentComment[];
  readonly acknowledged: number;
  readonly edited: number;
  /** Lets the load end when enough was written. Resolves after the last write was acknowledged. */
  finish(): Promise<void>;
  /** Ends the load, with writes unacknowledged. */
  stop(): void;
}

const WRITERS = 12;
/** Writers edit and delete only their latest comments. */
const LATEST = 50;
const RETRY_DELAY_MS = 200;
/** Statuses after which a client tries again, besides all 5xx. */
const RETRIED = [409, 429];

/**
 * Starts writers that post, edit (1 write in 5), delete (1 in 10) and change settings (1 in 30). Half of all posts go to the first video.
 * The writers are moderators: neither slow mode nor review keeps them from posting. A writer repeats each write until it is acknowledged: a post with its `Idempotency-Key`, an edit with its `If-Match`.
 */
export function startLoad(options: LoadOptions): Load {
  const { clients, videos, minWrites, writesPerSecond, random, report, readsBack, damage } = options;
  const sent: SentComment[] = [];
  let begun = 0;
  let acknowledged = 0;
  let edited = 0;
  const finishing = new AbortController();
  const stopping = new AbortController();

  async function write(author: Client): Promise<void> {
    const own = sent.filter((comment) => comment.author === author && comment.id !== undefined && !comment.isDeleted);
    const dice = random.below(10);
    if (random.below(30) === 0) return configure(author);
    if (own.length === 0 || dice > 2) await post(author);
    else if (dice === 0) await remove(random.pick(own.slice(-LATEST)));
    else await edit(random.pick(own.slice(-LATEST)));
  }

  /** Of two changes at once, either may win, so only the mirror is checked. */
  async function configure(author: Client): Promise<void> {
    const path = `/videos/${random.pick(videos)}`;
    const settings = { slow_mode_seconds: random.below(3), hold_for_review: random.chance(0.5) };
    await repeatUntilAcknowledged(() => author.call("PATCH", path, settings), [200]);
  }

  async function post(author: Client): Promise<void> {
    const videoId = random.chance(0.5) ? videos[0]! : random.pick(videos);
    const name = `comment ${sent.length} `;
    const content = name + "x".repeat(random.below(200));
    const comment: SentComment = { author, videoId, name, version: 1, content, isDeleted: false };
    sent.push(comment);
    const key = randomUUID();
    const reply = await repeatUntilAcknowledged(() => author.post(videoId, content, key), [201]);
    if (!reply) return;
    comment.id = reply.body.comment.id;
    await readBack(comment, reply);
  }

  async function edit(comment: SentComment): Promise<void> {
    const version = comment.version + 1;
    const content = `${comment.name}version ${version} ${"y".repeat(random.below(200))}`;
    const path = `/videos/${comment.videoId}/comments/${comment.id!}`;
    const headers = { "if-match": `"${comment.version}"` };
    comment.nextContent = content;
    const reply = await repeatUntilAcknowledged(
      () => comment.author.call<EditReply>("PATCH", path, { content }, headers),
      [200, 412],
    );
    if (!reply) return;
    // If an earlier try succeeded, the repeated edit gets a 412 with the comment as it is now.
    const now = reply.status === 200 ? reply.body.comment : reply.body.current;
    if (now.version !== version || now.content !== content) {
      const got = `${reply.status} with version ${now.version}`;
      report("responses", `an edit of ${comment.id!} to version ${version} got ${got}`);
    }
    Object.assign(comment, { version, content });
    delete comment.nextContent;
    edited += 1;
    await readBack(comment, reply);
  }

  async function remove(comment: SentComment): Promise<void> {
    const send = () => comment.author.delete(comment.videoId, comment.id!);
    const reply = await repeatUntilAcknowledged(send, [204]);
    if (!reply) return;
    comment.isDeleted = true;
    await readBack(comment, reply);
  }

  async function readBack(comment: SentComment, written: Reply<unknown>): Promise<void> {
    if (!readsBack) return;
    await checkOwnWrite(comment, written, { random, report }).catch((error: unknown) => {
      // The page has the id that was planted, which the OpenAPI document does not allow.
      if (!damage.withRefused.has(comment.videoId)) unlessNoResponse(error);
    });
  }

  /** Undefined when the load was stopped first. */
  async function repeatUntilAcknowledged<T>(
    send: () => Promise<Reply<T>>,
    statuses: number[],
  ): Promise<Reply<T> | undefined> {
    while (!stopping.signal.aborted) {
      const reply = await send().catch(unlessNoResponse);
      if (reply && statuses.includes(reply.status)) {
        acknowledged += 1;
        return reply;
      }
      if (reply && reply.status < 500 && !RETRIED.includes(reply.status)) {
        report("responses", `a write got ${reply.status}: ${JSON.stringify(reply.body)}`);
        stopping.abort();
      }
      await sleep(RETRY_DELAY_MS);
    }
    return undefined;
  }

  /** What else a call throws is a response that the OpenAPI document does not allow. */
  function unlessNoResponse(error: unknown): undefined {
    if (error instanceof NoResponse) return;
    report("responses", messageOf(error));
    stopping.abort();
  }

  async function runWriter(author: Client): Promise<void> {
    while (!stopping.signal.aborted && (begun < minWrites || !finishing.signal.aborted)) {
      begun += 1;
      const nextAt = Date.now() + (1000 * WRITERS) / writesPerSecond;
      await write(author);
      await sleep(Math.max(0, nextAt - Date.now()));
    }
  }

  const writers = Promise.all(clients.slice(0, WRITERS).map(runWriter));
  writers.catch(() => {});
  return {
    sent,
    get acknowledged() {
      return acknowledged;
    },
    get edited() {
      return edited;
    },
    async finish() {
      finishing.abort();
      await writers;
    },
    stop() {
      stopping.abort();
    },
  };
}

interface Version {
  version: number;
  content: string;
}

/** The body of a 200 has `comment`, that of a 412 has `current`. */
interface EditReply {
  comment: Version;
  current: Version;
}
