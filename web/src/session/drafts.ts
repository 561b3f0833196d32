import type { SessionStore } from "./session-store.ts";

interface Draft {
  userId: string;
  videoId: string;
  text: string;
}

const MAX_DRAFTS = 20;
/** In UTF-16 units: twice what a comment can have. */
const MAX_LENGTH = 8_000;

/** What people were writing. A draft is shown to nobody but the user who wrote it. The one that was changed longest ago makes room. */
export class Drafts {
  readonly #sessions: SessionStore;

  constructor(sessions: SessionStore) {
    this.#sessions = sessions;
  }

  read(videoId: string): string {
    return this.#all().find((draft) => this.#isOwn(draft, videoId))?.text ?? "";
  }

  write(videoId: string, text: string): void {
    const others = this.#all().filter((draft) => !this.#isOwn(draft, videoId));
    const own = text === "" ? [] : [{ userId: this.#userId, videoId, text: text.slice(0, MAX_LENGTH) }];
    const drafts = [...own, ...others].slice(0, MAX_DRAFTS);
    this.#sessions.setText("drafts", drafts.length === 0 ? "" : JSON.stringify(drafts));
  }

  get #userId(): string {
    return this.#sessions.current?.user.id ?? "";
  }

  #isOwn(draft: Draft, videoId: string): boolean {
    return draft.videoId === videoId && draft.userId === this.#userId;
  }

  #all(): Draft[] {
    try {
      const drafts: Draft[] = JSON.parse(this.#sessions.text("drafts") || "[]");
      return drafts;
    } catch {
      return [];
    }
  }
}
