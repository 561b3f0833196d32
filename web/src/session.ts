import { type SignedIn, type User, DEVICE_TOKENS } from "./wire.ts";

/** Who is signed in in this browser. */
export interface Session {
  id: string;
  user: User;
  accessToken: string;
  refreshToken: string;
}

/** The part of `localStorage` that is used. */
export type KeyValueStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const SESSION_KEY = "live-comments.session";
const DEVICE_KEY = "live-comments.device";
const DEVICE_TOKENS_KEY = "live-comments.device-tokens";

/** The browser's one session, kept in its storage. All tabs share it and learn of sign-ins and sign-outs in other tabs. */
export class SessionStore {
  readonly #storage: KeyValueStorage;
  readonly #listeners = new Set<() => void>();

  /** @param tabs the target of other tabs' `storage` events: `window` */
  constructor(storage: KeyValueStorage, tabs: EventTarget) {
    this.#storage = storage;
    tabs.addEventListener("storage", (event) => {
      // The key is null when everything was cleared.
      const key = "key" in event ? event.key : null;
      if (key === SESSION_KEY || key === null) this.#notify();
    });
  }

  /** Read from the storage each time: another tab may have changed it before its event arrives here. */
  get current(): Session | undefined {
    try {
      const session: Session | null = JSON.parse(this.#storage.getItem(SESSION_KEY) ?? "null");
      return session ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** Replaces the session with the one of a sign-in or a refresh. */
  start(signedIn: SignedIn): Session {
    const session: Session = {
      id: signedIn.session.id,
      user: signedIn.user,
      accessToken: signedIn.access_token,
      refreshToken: signedIn.refresh_token,
    };
    this.#storage.setItem(SESSION_KEY, JSON.stringify(session));
    this.#keepDeviceToken(signedIn.device_token);
    this.#notify();
    return session;
  }

  end(): void {
    this.#storage.removeItem(SESSION_KEY);
    this.#notify();
  }

  /** Calls the listener after each sign-in, sign-out and refresh, in this tab or another. Returns a function that stops it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** This browser's own id. Made at first use, and kept when the user signs out. */
  get deviceId(): string {
    const stored = this.#storage.getItem(DEVICE_KEY);
    if (stored !== null) return stored;
    const id = crypto.randomUUID();
    this.#storage.setItem(DEVICE_KEY, id);
    return id;
  }

  /** Proofs that the accounts that signed in here last know this browser. Kept when the user signs out; they give no access. */
  get deviceTokens(): string[] {
    try {
      const tokens: string[] | null = JSON.parse(this.#storage.getItem(DEVICE_TOKENS_KEY) ?? "null");
      return tokens ?? [];
    } catch {
      return [];
    }
  }

  #keepDeviceToken(token: string): void {
    const deviceOf = (kept: string) => kept.split(".")[0];
    const others = this.deviceTokens.filter((kept) => deviceOf(kept) !== deviceOf(token));
    this.#storage.setItem(DEVICE_TOKENS_KEY, JSON.stringify([token, ...others].slice(0, DEVICE_TOKENS.maxCount)));
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
