import type { Scheduler } from "fast-check";
import type { Change, Comment, CommentPage, MirroredChange } from "../../../functions/src/contract/comment.ts";
import { DEFAULT_VIDEO_SETTINGS } from "../../../functions/src/contract/moderation.ts";
import { CHANGES_KEPT } from "../../../functions/src/contract/realtime-nodes.ts";
import { ApiError, NetworkError } from "../../../web/src/http/errors.ts";
import type { Changes, ChangesListener, LiveSource } from "../../../web/src/live/source.ts";
import type { VideoApi, Fetched } from "../../../web/src/video/video-api.ts";

type Row = Comment & { isDeleted: boolean };

const PAGE_SIZE = 4;
/** Newest comments that the mirror holds: as few as a deployment may set. */
export const MIRROR_WINDOW = 6;
const FEED_SIZE = 100;

/**
 * A naive model that the client is tested against: a video in MySQL, the API before it, and its mirror in the Realtime Database. A
 * scheduler decides when each request is carried out, when its response arrives, and when a change reaches the reader.
 */
export class ModelVideo {
  #rows: Row[] = [];
  readonly #scheduler: Scheduler;
  readonly #connections = new Set<ModelConnection>();
  /** The comments at each change number, of each epoch. */
  readonly #states = new Map<string, Comment[]>();
  #seq = 0;
  #epoch = 1;
  #held: string[] = [];
  #mirror = { comments: [] as Comment[], rows: [] as Row[], seq: 0, epoch: 1 };
  /** How often the API was asked for a page of comments. */
  listCount = 0;
  isApiUp = true;
  /** Whether the API has the changes after a number. */
  isFeedUp = true;
  isMirrorUp = true;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get seq(): number {
    return this.#seq;
  }

  /** The comments as they were at a change. */
  at(seq: number, epoch = this.#epoch): Comment[] {
    return this.#states.get(`${epoch} ${seq}`) ?? [];
  }

  /** MySQL goes back to its first comments. The mirror learns of it with the next relay. */
  restore(count: number, hasNewEpoch = true): void {
    this.#rows = this.#rows.slice(0, count);
    if (hasNewEpoch) this.#epoch += 1;
    this.#seq = Math.max(...this.#rows.map(({ seq }) => seq));
    this.#take();
  }

  post(count = 1): void {
    for (let posted = 0; posted < count; posted += 1) this.#add(this.#nextId());
  }

  /** Takes a place in the order. `approve` makes the comment appear there. */
  hold(): void {
    this.#held.push(this.#nextId());
  }

  approve(): void {
    const id = this.#held.shift();
    if (id !== undefined) this.#add(id);
  }

  edit(index: number): void {
    this.#change(index, (row) => Object.assign(row, { version: row.version + 1, edited: true }));
  }

  delete(index: number): void {
    this.#change(index, (row) => (row.isDeleted = true));
  }

  /** Of the only author. The comments keep their numbers, and the mirror is rebuilt under a number that is no comment's. */
  rename(username: string): void {
    for (const row of this.#rows) row.user = { ...row.user, username };
    this.#take();
  }

  /** A rebuild takes a number that is no comment's, and so does each change of the settings. */
  takeNumbers(count: number): void {
    for (let taken = 0; taken < count; taken += 1) this.#take();
  }

  /** Brings the mirror up to MySQL in one update. Nothing reaches it while it is down. */
  relay(): void {
    if (!this.isMirrorUp) return;
    const rows = this.#rows.map((row) => ({ ...row }));
    this.#mirror = { comments: this.#now(), rows, seq: this.#seq, epoch: this.#epoch };
    for (const connection of this.#connections) connection.send(this.#changesAfter(connection.after));
  }

  /** Ends the connections to the mirror. */
  cut(): void {
    for (const connection of this.#connections) connection.lose();
    this.#connections.clear();
  }

  /** The reader's side of the mirror. */
  get source(): LiveSource {
    return {
      readNewest: (_videoId, count) =>
        this.#request("window", "mirror", () => this.#mirror.comments.slice(-Math.min(count, MIRROR_WINDOW))),
      readFence: () =>
        this.#request("fence", "mirror", () =>
          this.#mirror.seq === 0 ? undefined : { epoch: this.#mirror.epoch, to: this.#mirror.seq },
        ),
      listenToSettings: () => () => {},
      readViewers: () => this.#request("viewers", "mirror", () => 0),
      listenToChanges: (_videoId, after, listener) => {
        const connection = new ModelConnection(this.#scheduler, after, listener);
        this.#connections.add(connection);
        void this.#scheduler.schedule(Promise.resolve(), "listen").then(() => {
          if (!this.#connections.has(connection)) return;
          if (!this.isMirrorUp) connection.lose();
          else connection.send(this.#changesAfter(after));
        });
        return () => {
          connection.stop();
          this.#connections.delete(connection);
        };
      },
    };
  }

  /** The reader's side of the API. */
  get api(): VideoApi {
    return {
      list: ({ cursor, minSeq = 0 }) =>
        this.#request("list", "api", (): Fetched<CommentPage> => {
          this.listCount += 1;
          if (minSeq > this.#seq) throw new ApiError(410, { code: "must_refetch" });
          const below = this.#now().filter(({ id }) => cursor === undefined || id < cursor);
          const comments = below.toReversed().slice(0, PAGE_SIZE);
          const nextCursor = below.length > PAGE_SIZE ? (comments.at(-1)?.id ?? null) : null;
          return { page: { comments, next_cursor: nextCursor, seq: this.#seq }, epoch: this.#epoch };
        }),
      changes: (after) =>
        this.#request("changes", "api", () => {
          if (!this.isFeedUp) throw new ApiError(503);
          const all = this.#rows.filter(({ seq }) => seq > after).toSorted((a, b) => a.seq - b.seq);
          const page = all.slice(0, FEED_SIZE);
          const isWhole = page.length === all.length;
          const seq = isWhole ? this.#seq : (page.at(-1)?.seq ?? this.#seq);
          return { page: { changes: page.map(toChange), seq, up_to_date: isWhole }, epoch: this.#epoch };
        }),
      settings: () => Promise.resolve(DEFAULT_VIDEO_SETTINGS),
    };
  }

  /** A request that is carried out at some moment between now and its response, unless its server is down then. */
  async #request<T>(label: string, server: "api" | "mirror", read: () => T): Promise<T> {
    const isUp = () => (server === "api" ? this.isApiUp : this.isMirrorUp);
    await this.#scheduler.schedule(Promise.resolve(), `${label} request`);
    const result = isUp() ? { value: read() } : undefined;
    await this.#scheduler.schedule(Promise.resolve(), `${label} response`);
    if (!result) throw new NetworkError("down");
    if (!isUp()) throw new NetworkError("cut");
    return result.value;
  }

  #changesAfter(after: number): Changes {
    const { rows, seq: last } = this.#mirror;
    const kept = rows.filter(({ seq }) => seq > after && seq > last - CHANGES_KEPT).toSorted((a, b) => a.seq - b.seq);
    const changes = new Map<number, MirroredChange>(
      kept.map((row) => [row.seq, row.isDeleted ? { id: row.id, deleted: true } : toComment(row)]),
    );
    if (last > after && !changes.has(last)) changes.set(last, { no_comment: true });
    return changes;
  }

  #nextId(): string {
    return String(this.#rows.length + this.#held.length + 1).padStart(6, "0");
  }

  #add(id: string): void {
    const user = { id: "ada", username: "ada" };
    const dates = { created_at: "", updated_at: "" };
    const seq = this.#seq + 1;
    this.#rows.push({ id, content: id, user, ...dates, version: 1, seq, edited: false, isDeleted: false });
    this.#take();
  }

  #change(index: number, change: (row: Row) => unknown): void {
    const live = this.#rows.filter((row) => !row.isDeleted);
    const row = live[index % live.length];
    if (!row) return;
    change(row);
    row.seq = this.#seq + 1;
    this.#take();
  }

  #take(): void {
    this.#seq += 1;
    this.#states.set(`${this.#epoch} ${this.#seq}`, this.#now());
  }

  #now(): Comment[] {
    const live = this.#rows.filter((row) => !row.isDeleted).map(toComment);
    return live.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** One connection of the reader to the mirror. It delivers states in their order; some it skips, some come twice. */
class ModelConnection {
  readonly after: number;
  readonly #scheduler: Scheduler;
  readonly #listener: ChangesListener;
  #states: Changes[] = [];
  #isOver = false;

  constructor(scheduler: Scheduler, after: number, listener: ChangesListener) {
    this.#scheduler = scheduler;
    this.after = after;
    this.#listener = listener;
  }

  send(changes: Changes): void {
    this.#states.push(changes);
    void this.#scheduler.schedule(Promise.resolve(), "changes").then(() => {
      // The newest that has not arrived: those before it were skipped, and those events come again with it.
      const state = this.#states.at(-1);
      if (!this.#isOver && state) this.#listener.onChanges(state);
    });
  }

  lose(): void {
    void this.#scheduler.schedule(Promise.resolve(), "lost").then(() => {
      if (!this.#isOver) this.#listener.onEnd("lost");
    });
  }

  stop(): void {
    this.#isOver = true;
  }
}

function toChange(row: Row): Change {
  return row.isDeleted ? { id: row.id, seq: row.seq, deleted: true } : toComment(row);
}

function toComment({ id, content, user, created_at, updated_at, version, seq, edited }: Row): Comment {
  return { id, content, user, created_at, updated_at, version, seq, edited };
}
