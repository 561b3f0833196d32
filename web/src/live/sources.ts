import type { Api } from "../api/api.ts";
import { Listeners, type Stop } from "../listeners.ts";
import type { SessionStore } from "../session/session-store.ts";
import { eventStreamSource } from "./event-stream.ts";
import type { FirebaseConnection } from "./firebase.ts";
import { type FirebaseSettings, fetchFirebaseSettings } from "./firebase-settings.ts";
import type { LiveSource } from "./source.ts";

export interface SourcesOptions {
  api: Api;
  sessions: SessionStore;
  /** Undefined: fetched. */
  settings: FirebaseSettings | undefined;
  /** Where Firebase Hosting serves the site's settings. */
  hosting: string;
}

/** After the SDK failed to connect, the event stream is used for this long. */
const SDK_AVOIDED_MS = 300_000;

/**
 * Which way the mirror is read: by the Firebase SDK where its connection is there anyway (somebody is signed in), else by the event
 * stream. If the SDK cannot connect, because WebSockets are blocked for example, by the event stream too.
 */
export class Sources {
  readonly #options: SourcesOptions;
  readonly #ending = new AbortController();
  readonly #changes = new Listeners<void>();
  readonly #stop: Stop;
  #settings: Promise<FirebaseSettings> | undefined;
  #firebase: Promise<FirebaseConnection> | undefined;
  #sdk: LiveSource | undefined;
  #sdkAvoidedUntil = 0;

  constructor(options: SourcesOptions) {
    this.#options = options;
    const { sessions } = options;
    // Presence needs the SDK's connection when somebody is signed in, so comments use it too: a second one would be wasted.
    const follow = () => {
      if (sessions.current && !this.#firebase) this.firebase().catch(() => undefined);
    };
    this.#stop = sessions.subscribe(follow);
    follow();
  }

  /** Called when another source became the better one. */
  subscribe(listener: () => void): Stop {
    return this.#changes.add(listener);
  }

  async current(): Promise<LiveSource> {
    if (this.#sdk && Date.now() >= this.#sdkAvoidedUntil) return this.#sdk;
    return eventStreamSource((await this.#read()).databaseURL);
  }

  /** The source could not connect. */
  failed(source: LiveSource): void {
    if (source === this.#sdk) this.#sdkAvoidedUntil = Date.now() + SDK_AVOIDED_MS;
  }

  /** The Firebase SDK, loaded at the first call. Presence needs it. */
  async firebase(): Promise<FirebaseConnection> {
    this.#firebase ??= this.#connect().catch((error: unknown) => {
      this.#firebase = undefined;
      throw error;
    });
    return this.#firebase;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    this.#stop();
    this.#changes.clear();
    const connection = await this.#firebase?.catch(() => undefined);
    await connection?.close();
  }

  async #connect(): Promise<FirebaseConnection> {
    const { api, sessions, settings: given, hosting } = this.#options;
    const settings = await this.#read();
    const [{ connectFirebase, fetchAppSettings }, { sdkSource }] = await Promise.all([
      import("./firebase.ts"),
      import("./sdk.ts"),
    ]);
    const others = given ? {} : await fetchAppSettings(hosting, this.#ending.signal);
    this.#ending.signal.throwIfAborted();
    const connection = connectFirebase({ ...others, ...settings }, sessions, api);
    this.#sdk = sdkSource(settings.databaseURL, connection.database);
    this.#changes.notify();
    return connection;
  }

  async #read(): Promise<FirebaseSettings> {
    const { api, settings } = this.#options;
    this.#settings ??= settings
      ? Promise.resolve(settings)
      : fetchFirebaseSettings(api, this.#ending.signal).catch((error: unknown) => {
          this.#settings = undefined;
          throw error;
        });
    return this.#settings;
  }
}
