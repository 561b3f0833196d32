import { html, type TemplateResult } from "lit/html.js";
import type { LiveComments } from "../src/index.ts";
import { foot } from "./parts/foot.ts";
import { header } from "./parts/header.ts";
import { banner, typing } from "./parts/notices.ts";
import { Room } from "./room/room.ts";
import { Announcer } from "./stream/announcer.ts";
import { Stream } from "./stream/stream.ts";
import type { ReadingTexts } from "./texts/en.ts";
import type { Arrangement, DialogKind, Host, SignedInParts, View } from "./view.ts";

/** Changes that come faster are drawn together. */
const DRAW_EVERY_MS = 100;
/** After so short a pause between two draws, comments arrive fast. */
const BUSY_MS = 500;
/** A connection that takes longer is told in words. */
const SLOW_MS = 3_000;
/** The code for signed-in people could not be loaded: it is tried again after this. */
const LOAD_AGAIN_MS = 5_000;

/** Everything of the element that belongs to one video. */
export class Shell implements View {
  readonly room: Room;
  readonly #host: Host;
  readonly #stream: Stream;
  readonly #announcer: Announcer;
  readonly #ending = new AbortController();
  readonly #slowTimer: ReturnType<typeof setTimeout>;
  #drawnAt = 0;
  #drawTimer: ReturnType<typeof setTimeout> | undefined;
  #isSlow = false;
  #userId: string | undefined;
  #connection: string | undefined;
  #signedIn: SignedInParts | undefined;
  #loading: Promise<void> | undefined;
  #loadTimer: ReturnType<typeof setTimeout> | undefined;
  #hasFailedToLoad = false;

  constructor(host: Host, client: LiveComments, videoId: string) {
    this.#host = host;
    this.room = new Room(client, videoId, () => this.#onChange());
    this.#userId = this.room.user?.id;
    this.#stream = new Stream(this);
    this.#announcer = new Announcer(this);
    const { signal } = this.#ending;
    for (const name of ["online", "offline"]) addEventListener(name, this.update, { signal });
    this.#slowTimer = setTimeout(() => {
      this.#isSlow = true;
      this.update();
    }, SLOW_MS);
    if (this.room.user) void this.#loadSignedIn();
  }

  get root(): ShadowRoot {
    return this.#host.root;
  }

  get texts(): ReadingTexts {
    return this.#host.texts.shown;
  }

  get language(): string {
    return this.#host.texts.language;
  }

  get arrangement(): Arrangement {
    return this.#host.arrangement;
  }

  get undoMs(): number {
    return this.#host.undoMs;
  }

  get isBusy(): boolean {
    return performance.now() - this.#drawnAt < BUSY_MS;
  }

  get signedIn(): SignedInParts | undefined {
    return this.#signedIn;
  }

  readonly update = (): void => this.#host.requestUpdate();

  readonly emit = (name: string, detail: unknown): void => this.#host.emit(name, detail);

  readonly openDialog = (kind: DialogKind): void => {
    void this.#loadSignedIn().then(() => this.#signedIn?.openDialog(kind));
  };

  readonly toNewest = (): void => this.#stream.scroll.toEnd();

  render(): TemplateResult {
    const signedIn = this.#signedIn;
    const composer = foot(this, this.#hasFailedToLoad);
    const stream = html`${banner(this)} ${this.#stream.render()} ${typing(this)}`;
    const toasts = signedIn?.toasts();
    return html`<section
      class="root"
      part="root"
      aria-label=${this.texts.title}
      data-arrangement=${this.arrangement}
      @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
    >
      ${header(this, this.#isSlow)}
      ${this.arrangement === "live" ? [stream, toasts, composer] : [composer, toasts, stream]}
      <p class="unseen" role="status">${this.#announcer.text}</p>
      ${signedIn?.dialog()}
    </section>`;
  }

  beforeDraw(): void {
    this.#stream.scroll.before();
    this.#stream.focus.before();
  }

  afterDraw(): void {
    clearTimeout(this.#drawTimer);
    this.#drawTimer = undefined;
    this.#drawnAt = performance.now();
    this.#stream.scroll.after();
    this.#stream.focus.after();
    this.#signedIn?.afterDraw();
  }

  close(): void {
    this.#ending.abort();
    clearTimeout(this.#slowTimer);
    clearTimeout(this.#drawTimer);
    clearTimeout(this.#loadTimer);
    this.#stream.close();
    this.#announcer.close();
    this.#signedIn?.close();
    this.room.close();
  }

  /** Loads the code and the texts that only signed-in people need, once. */
  async #loadSignedIn(): Promise<void> {
    clearTimeout(this.#loadTimer);
    this.#loading ??= this.#createSignedIn().catch(() => {
      this.#loading = undefined;
      this.#hasFailedToLoad = true;
      if (this.room.user && !this.#ending.signal.aborted) {
        this.#loadTimer = setTimeout(() => void this.#loadSignedIn(), LOAD_AGAIN_MS);
      }
      this.update();
    });
    return this.#loading;
  }

  async #createSignedIn(): Promise<void> {
    const [{ createSignedIn }] = await Promise.all([import("./signed-in/signed-in.ts"), this.#host.texts.loadAll()]);
    if (this.#ending.signal.aborted) return;
    this.#signedIn = createSignedIn(this, () => this.#host.texts.all);
    this.#hasFailedToLoad = false;
    this.update();
  }

  #onChange(): void {
    // While the room is made, nothing else is there yet.
    if (!this.#announcer) return;
    this.#announcer.look();
    this.#signedIn?.onChange();
    const { user, state } = this.room;
    if (user && !this.#loading) void this.#loadSignedIn();
    if (user?.id !== this.#userId) {
      this.#userId = user?.id;
      this.emit("sessionchange", { user });
    }
    if (state.connection !== this.#connection) {
      this.#connection = state.connection;
      this.emit("connectionchange", { connection: state.connection });
    }
    this.#drawSoon();
  }

  #drawSoon(): void {
    if (this.#drawTimer !== undefined) return;
    const waitMs = this.#drawnAt + DRAW_EVERY_MS - performance.now();
    if (waitMs <= 0) return this.update();
    this.#drawTimer = setTimeout(this.update, waitMs);
  }

  /** A single key does something only while the focus is within the element. */
  #onKey(event: KeyboardEvent): void {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    if (target instanceof HTMLElement && target.matches("textarea, input, select")) return;
    event.preventDefault();
    this.root.querySelector<HTMLElement>(".composer :is(textarea, button)")?.focus();
  }
}
