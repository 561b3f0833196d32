import type { FencedUpdate } from "../../../functions/src/realtime/fence.ts";
import { CHANGES_KEPT } from "../../../functions/src/contract/realtime-nodes.ts";
import { DELTA_MAX, deltaUpdate, snapshotUpdate } from "../../../functions/src/relay/comments/batch.ts";
import type { CommentRow } from "../../../functions/src/tables/comments/comments.ts";

const at = new Date("2026-01-01T00:00:00Z");
const VIDEO = "v";

/** MySQL's tables as the relay reads them: one video, one row a comment, each change with the next seq. */
export class ModelTables {
  readonly #rows = new Map<string, CommentRow>();
  readonly parked = new Set<string>();
  seq = 0;

  create(id: string, content: string): void {
    const row = { id, video_id: VIDEO, user_id: "u", username: "ada", content, version: 1, seq: (this.seq += 1) };
    this.#rows.set(id, { ...row, edited_at: null, inserted_at: at, updated_at: at, deleted_at: null });
  }

  edit(id: string, content: string): void {
    const row = this.#rows.get(id)!;
    if (row.deleted_at) return;
    this.#change({ ...row, content });
  }

  delete(id: string): void {
    const row = this.#rows.get(id)!;
    if (row.deleted_at) return;
    this.#change({ ...row, content: "", deleted_at: at });
  }

  park(id: string): void {
    if (!this.#rows.get(id)!.deleted_at) this.parked.add(id);
  }

  #change(row: CommentRow): void {
    this.parked.delete(row.id);
    this.#rows.set(row.id, { ...row, version: row.version + 1, seq: (this.seq += 1) });
  }

  get ids(): string[] {
    return [...this.#rows.keys()];
  }

  live(offset: number, limit: number): CommentRow[] {
    const rows = [...this.#rows.values()].filter((row) => !row.deleted_at);
    return rows.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(offset, offset + limit);
  }

  changes(after: number, limit: number): CommentRow[] {
    const rows = [...this.#rows.values()].filter((row) => row.seq > after);
    return rows.sort((a, b) => a.seq - b.seq).slice(0, limit);
  }

  /** The update that the relay makes for a Realtime Database that stands at `from`. */
  update(from: number, window: number, path: "delta" | "snapshot"): FencedUpdate {
    const to = this.seq;
    const n = to - from;
    const target = { videoId: VIDEO, epoch: 1, from, to, window, parked: this.parked };
    const recent = this.changes(to - CHANGES_KEPT, CHANGES_KEPT);
    if (path === "snapshot" || from === 0 || n > Math.min(DELTA_MAX, window)) {
      return snapshotUpdate(target, this.live(0, window), recent);
    }
    const tail = new Set(recent.map(({ seq }) => seq));
    const edge = this.live(window - n, 2 * n);
    return deltaUpdate(target, this.changes(from, n), edge, { inside: edge.slice(0, n), tail });
  }
}

/** The Realtime Database: what updates leave behind. */
export class ModelRealtime {
  readonly comments = new Map<string, unknown>();
  readonly changes = new Map<string, unknown>();
  to = 0;

  apply({ to, values }: FencedUpdate): void {
    this.to = to;
    for (const [path, value] of Object.entries(values)) {
      const [tree = "", , key] = path.split("/");
      const places = tree === "comments" ? this.comments : this.changes;
      if (key === undefined) {
        places.clear();
        for (const [child, one] of Object.entries(value as object)) if (one !== null) places.set(child, one);
      } else if (value === null) places.delete(key);
      else places.set(key, value);
    }
  }

  get state(): unknown {
    const sorted = (map: Map<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    return { to: this.to, comments: sorted(this.comments), changes: sorted(this.changes) };
  }
}
