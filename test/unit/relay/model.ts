import type { FencedUpdate } from "../../../functions/src/realtime/fence.ts";
import { CHANGES_KEPT } from "../../../functions/src/contract/realtime-nodes.ts";
import { MAX_DELTA_CHANGES, deltaUpdate, fullUpdate } from "../../../functions/src/relay/videos/update.ts";
import type { SettingsToMirror } from "../../../functions/src/relay/videos/video-node.ts";
import type { CommentRow } from "../../../functions/src/tables/comments/comments.ts";

const at = new Date("2026-01-01T00:00:00Z");
const VIDEO = "v";

/** MySQL's tables as the relay reads them: one video, a row for each comment, and the next seq for each change. */
export class ModelTables {
  readonly #rows = new Map<string, CommentRow>();
  readonly quarantined = new Set<string>();
  seq = 0;
  settings: SettingsToMirror = { node: null, seq: 0 };
  rebuildSeq = 0;
  floorSeq = 0;

  create(id: string, content: string): void {
    const row = { id, video_id: VIDEO, user_id: "u", username: "ada", content, version: 1, seq: (this.seq += 1) };
    this.#rows.set(id, { ...row, role: "user", edited_at: null, inserted_at: at, updated_at: at, deleted_at: null });
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

  quarantine(id: string): void {
    if (!this.#rows.get(id)!.deleted_at) this.quarantined.add(id);
  }

  configure(slow_mode_seconds: number): void {
    const node = { comments_open: true, slow_mode_seconds, hold_for_review: false };
    this.settings = { node: slow_mode_seconds === 0 ? null : node, seq: (this.seq += 1) };
  }

  rebuild(): void {
    this.rebuildSeq = this.seq += 1;
  }

  /** Deletes the tombstones up to a change that listeners have been told of. */
  purge(appliedSeq: number): void {
    for (const { id, seq, deleted_at } of this.#rows.values()) {
      if (!deleted_at || seq > appliedSeq) continue;
      this.#rows.delete(id);
      this.floorSeq = Math.max(this.floorSeq, seq);
    }
  }

  #change(row: CommentRow): void {
    this.quarantined.delete(row.id);
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

  /** The update that the relay makes for a mirror that holds the change `from`. */
  update(from: number, windowSize: number, kind: "delta" | "full"): FencedUpdate {
    const to = this.seq;
    const n = to - from;
    const { quarantined, settings, rebuildSeq } = this;
    const target = { videoId: VIDEO, epoch: 1, from, to, windowSize, quarantined, settings, rebuildSeq };
    const recent = this.changes(to - CHANGES_KEPT, CHANGES_KEPT);
    if (kind === "full" || from === 0 || from < rebuildSeq || n > Math.min(MAX_DELTA_CHANGES, windowSize)) {
      return fullUpdate(target, this.live(0, windowSize), recent);
    }
    const tailSeqs = new Set(this.changes(from - CHANGES_KEPT, Infinity).map(({ seq }) => seq));
    const edge = this.live(windowSize - n, 2 * n);
    const changes = this.changes(from, n);
    const isContextNeeded = settings.seq > from || changes.some(({ version }) => version > 1);
    const editContext = isContextNeeded ? { insideEdge: edge.slice(0, n), tailSeqs } : undefined;
    return deltaUpdate(target, { changes, edge, editContext });
  }
}

/** The mirror of that video: what the updates leave behind. */
export class ModelMirror {
  readonly comments = new Map<string, unknown>();
  readonly changes = new Map<string, unknown>();
  settings: unknown = null;
  to = 0;

  apply({ to, values }: FencedUpdate): void {
    this.to = to;
    for (const [path, value] of Object.entries(values)) {
      const [tree = "", , key] = path.split("/");
      if (tree === "videos") {
        this.settings = value;
        continue;
      }
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
    return { to: this.to, settings: this.settings, comments: sorted(this.comments), changes: sorted(this.changes) };
  }
}
