import { Listeners, type Stop } from "../listeners.ts";
import { type SignedIn, type User, DEVICE_TOKENS } from "../wire.ts";
import { randomId } from "./random-id.ts";
import { type KeyValueStorage, SafeStorage } from "./storage.ts";

/** Who is signed in in this browser. */
export interface Session {
  id: string;
  user: User;
  accessToken: string;
  refreshToken: string;
  /** When the access token expires, by this browser's clock, in milliseconds since 1970. */
  expiresAt?: number;
}

/** Sessions whose sign-out the API has not heard of yet. */
const MAX_SIGN_OUTS = 8;

/**
 * The browser's one session, kept in its storage. All tabs share it and learn of sign-ins and sign-outs in other tabs, and in other
 * clients of the same page.
 */
export class SessionStore {
  readonly #storage: SafeStorage;
  readonly #prefix: string;
  readonly #page: EventTarget;
  readonly #listeners = new Listeners<void>();
  /** The session's text when the listeners were last called. */
  #toldText: string | null;
  /** Of the last text that was read: tabs ask often, and the text rarely changes. */
  #parsed: { text: string | null; session: Session | undefined } = { text: null, session: undefined };
  readonly #stop: Stop;

  /** @param page the target of other tabs' `storage` events: `window` */
  constructor(storage: KeyValueStorage | undefined, page: EventTarget, prefix = "live-comments") {
    this.#storage = new SafeStorage(storage);
    this.#prefix = prefix;
    this.#page = page;
    this.#toldText = this.#text;
    const onStorage = (event: Event) => {
      // The key is null when everything was cleared.
      const key = "key" in event && typeof event.key === "string" ? event.key : null;
      if (key !== null && !key.startsWith(`${prefix}.`)) return;
      this.#storage.forget(key);
      if (key === null || key === this.#key("session")) this.#notify();
    };
    const check = () => this.check();
    page.addEventListener("storage", onStorage);
    page.addEventListener(this.#key("session"), check);
    this.#stop = () => {
      page.removeEventListener("storage", onStorage);
      page.removeEventListener(this.#key("session"), check);
    };
  }

  /** Read from the storage each time: another tab may have changed it before its event arrives here. */
  get current(): Session | undefined {
    const text = this.#text;
    if (text !== this.#parsed.text) {
      const session: Session | null = parse(text);
      this.#parsed = { text, session: session ?? undefined };
    }
    return this.#parsed.session;
  }

  /** Replaces the session with the one of a sign-in or a refresh. */
  start(signedIn: SignedIn): Session {
    const session: Session = {
      id: signedIn.session.id,
      user: signedIn.user,
      accessToken: signedIn.access_token,
      refreshToken: signedIn.refresh_token,
      expiresAt: Date.now() + signedIn.expires_in * 1_000,
    };
    this.#storage.setItem(this.#key("session"), JSON.stringify(session));
    this.setText("ended", "");
    this.#keepDeviceToken(signedIn.device_token);
    this.#changed();
    return session;
  }

  /** Changes what is known of the session's user. */
  update(user: User): void {
    const { current } = this;
    if (current?.user.id !== user.id) return;
    this.#storage.setItem(this.#key("session"), JSON.stringify({ ...current, user }));
    this.#changed();
  }

  /** The user signs out. */
  end(): void {
    this.setText("session", "");
    this.#changed();
  }

  /** The API has ended the session. */
  noteEnd(): void {
    this.setText("ended", "yes");
    this.end();
  }

  /** Whether it was the API that ended the last session. */
  get hasEnded(): boolean {
    return this.current === undefined && this.text("ended") !== "";
  }

  /** Calls the listener after each sign-in, sign-out, refresh and change of the username, in any tab. Returns a function that stops it. */
  subscribe(listener: () => void): Stop {
    return this.#listeners.add(listener);
  }

  /** Calls the listeners if another tab changed the session without an event here: a page in the back-forward cache gets none. */
  check(): void {
    if (this.#text !== this.#toldText) this.#notify();
  }

  /** This browser's own id. Made at first use, and kept when the user signs out. */
  get deviceId(): string {
    const stored = this.#storage.getItem(this.#key("device"));
    if (stored !== null) return stored;
    const id = randomId();
    this.#storage.setItem(this.#key("device"), id);
    return id;
  }

  /** Proofs that the accounts that signed in here last know this browser. Kept when the user signs out; they give no access. */
  get deviceTokens(): string[] {
    const tokens: string[] = this.#list("device-tokens");
    return tokens;
  }

  /** Sessions that the user has ended here while the API was away. */
  get signOuts(): Session[] {
    const sessions: Session[] = this.#list("sign-outs");
    return sessions;
  }

  addSignOut(session: Session): void {
    this.#setList("sign-outs", [...this.signOuts, session].slice(-MAX_SIGN_OUTS));
  }

  removeSignOut({ id }: Session): void {
    this.#setList(
      "sign-outs",
      this.signOuts.filter((session) => session.id !== id),
    );
  }

  /** A text that this browser keeps, such as a draft. */
  text(name: string): string {
    return this.#storage.getItem(this.#key(name)) ?? "";
  }

  setText(name: string, text: string): void {
    if (text === "") this.#storage.removeItem(this.#key(name));
    else this.#storage.setItem(this.#key(name), text);
  }

  close(): void {
    this.#stop();
    this.#listeners.clear();
  }

  get #text(): string | null {
    return this.#storage.getItem(this.#key("session"));
  }

  /** After a change by this client. The `storage` event never comes to the page that made it. */
  #changed(): void {
    this.#notify();
    this.#page.dispatchEvent(new Event(this.#key("session")));
  }

  #notify(): void {
    this.#toldText = this.#text;
    this.#listeners.notify();
  }

  #keepDeviceToken(token: string): void {
    const deviceOf = (kept: string) => kept.split(".")[0];
    const others = this.deviceTokens.filter((kept) => deviceOf(kept) !== deviceOf(token));
    this.#setList("device-tokens", [token, ...others].slice(0, DEVICE_TOKENS.maxCount));
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- only we write it
  #list(name: string): any[] {
    const list = parse(this.#storage.getItem(this.#key(name)));
    return Array.isArray(list) ? list : [];
  }

  #setList(name: string, list: unknown[]): void {
    if (list.length === 0) this.#storage.removeItem(this.#key(name));
    else this.#storage.setItem(this.#key(name), JSON.stringify(list));
  }

  #key(name: string): string {
    return `${this.#prefix}.${name}`;
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- only we write it
function parse(text: string | null): any {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
