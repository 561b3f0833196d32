import type { SignedIn, User } from "./wire.ts";

/** Who is signed in in this browser. */
export interface Session {
  id: string;
  user: User;
  accessToken: string;
  refreshToken: string;
}

/** What is used of `localStorage`. */
export type KeyValueStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const SESSION_KEY = "live-comments.session";
const DEVICE_KEY = "live-comments.device";

/** The browser's one session, in its storage: every tab has the same, and learns of a sign-in or sign-out in another. */
export class SessionStore {
  readonly #storage: KeyValueStorage;
  readonly #listeners = new Set<() => void>();

  /** @param tabs where `storage` events of other tabs arrive: `window` */
  constructor(storage: KeyValueStorage, tabs: EventTarget) {
    this.#storage = storage;
    tabs.addEventListener("storage", (event) => {
      // Its key is null when everything was cleared.
      const key = "key" in event ? event.key : null;
      if (key === SESSION_KEY || key === null) this.#notify();
    });
  }

  /** Read from the storage each time: another tab may have changed it, and its event may not be here yet. */
  get current(): Session | undefined {
    try {
      const session: Session | null = JSON.parse(this.#storage.getItem(SESSION_KEY) ?? "null");
      return session ?? undefined;
    } catch {
      return undefined;
    }
  }

  begin(answer: SignedIn): Session {
    const session: Session = {
      id: answer.session.id,
      user: answer.user,
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
    };
    this.#storage.setItem(SESSION_KEY, JSON.stringify(session));
    this.#notify();
    return session;
  }

  end(): void {
    this.#storage.removeItem(SESSION_KEY);
    this.#notify();
  }

  /** Calls back after each change, from this tab or another: a sign-in, a sign-out, new tokens. Returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** This browser's own id, made once and kept when the user signs out. */
  get deviceId(): string {
    const known = this.#storage.getItem(DEVICE_KEY);
    if (known !== null) return known;
    const made = crypto.randomUUID();
    this.#storage.setItem(DEVICE_KEY, made);
    return made;
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
