import type { Api, CallOptions } from "../api/api.ts";
import { Listeners, type Stop, tell } from "../listeners.ts";
import type { Registration, User } from "../wire.ts";
import type { SessionStore } from "./session-store.ts";
import { SignOuts } from "./sign-outs.ts";

export interface SessionState {
  /** Undefined while nobody is signed in. */
  user: User | undefined;
  /** The session's id. */
  id: string | undefined;
  /** Whether the last session ended without this browser's doing: it expired, or was ended on another device. Until the next sign-in. */
  hasEnded: boolean;
}

/** Who is signed in in this browser: one session for all its tabs. */
export class UserSession {
  readonly #api: Api;
  readonly #store: SessionStore;
  readonly #signOuts: SignOuts;
  readonly #deviceInfo: Record<string, string>;
  readonly #listeners = new Listeners<SessionState>();

  constructor(api: Api, store: SessionStore, deviceInfo: Record<string, string>) {
    this.#api = api;
    this.#store = store;
    this.#deviceInfo = deviceInfo;
    this.#signOuts = new SignOuts(api, store);
    store.subscribe(() => this.#listeners.notify(this.state));
    this.resume();
  }

  get state(): SessionState {
    const { current } = this.#store;
    return { user: current?.user, id: current?.id, hasEnded: this.#store.hasEnded };
  }

  get user(): User | undefined {
    return this.state.user;
  }

  /** Calls the listener now and after each sign-in, sign-out, renewal and new username, in any tab. Returns a function that stops it. */
  subscribe(listener: (state: SessionState) => void): Stop {
    const stop = this.#listeners.add(listener);
    tell(listener, this.state);
    return stop;
  }

  /** Creates an account. Does not sign in. */
  async register(registration: Registration, options?: CallOptions): Promise<User> {
    return (await this.#api.call("register", registration, options)).user;
  }

  /** Starts a session for the whole browser. */
  async signIn(credentials: { email: string; password: string }, options?: CallOptions): Promise<User> {
    const { deviceId: id, deviceTokens: tokens } = this.#store;
    const device = { id, info: this.#deviceInfo, tokens };
    const previous = this.#store.current;
    const signedIn = await this.#api.call("signIn", { ...credentials, device }, options);
    const { user } = this.#store.start(signedIn);
    if (previous && previous.id !== signedIn.session.id) void this.#end(previous);
    return user;
  }

  /**
   * Ends the session for the whole browser, at once. If the API cannot be reached, it is told later: by this page, or by the next one.
   * Messages that were not sent stay, and are sent when the same user signs in again.
   */
  async signOut(): Promise<void> {
    const session = this.#store.current;
    if (!session) return;
    this.#store.end();
    await this.#end(session);
  }

  async signOutEverywhereElse(options?: CallOptions): Promise<void> {
    await this.#api.call("signOutEverywhereElse", undefined, options);
  }

  async changeUsername(username: string, options?: CallOptions): Promise<User> {
    const { user } = await this.#api.call("changeUsername", { username }, options);
    this.#store.update(user);
    return user;
  }

  /** Ends the user's other sessions. */
  async changePassword(
    change: { current_password: string; new_password: string },
    options?: CallOptions,
  ): Promise<void> {
    await this.#api.call("changePassword", change, options);
  }

  /**
   * Renews the session if it needs that soon. Call it before a request with `keepalive` that may be sent while the page is left: for two
   * minutes, that one does not meet an expired token. @throws ApiError, NetworkError
   */
  async prepare(): Promise<void> {
    await this.#api.prepare();
  }

  /** The network may be back. */
  resume(): void {
    if (this.#store.signOuts.length > 0) void this.#signOuts.carryOut();
  }

  close(): void {
    this.#signOuts.close();
    this.#listeners.clear();
  }

  async #end(session: Parameters<SessionStore["addSignOut"]>[0]): Promise<void> {
    this.#store.addSignOut(session);
    await this.#signOuts.carryOut();
  }
}
