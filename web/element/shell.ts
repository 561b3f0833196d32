import { html, nothing, type TemplateResult } from "lit";
import type { LiveComments } from "../src/index.ts";
import { Composer } from "./composer/composer.ts";
import { DialogFrame } from "./dialogs/frame.ts";
import { header } from "./parts/header.ts";
import { banner, toastLine, typing } from "./parts/notices.ts";
import { Room } from "./room/room.ts";
import { Announcer } from "./stream/announcer.ts";
import { Stream } from "./stream/stream.ts";
import type { Texts } from "./texts/en.ts";
import { messageOf } from "./texts/problems.ts";
import type { Arrangement, DialogKind, Toast, View } from "./view.ts";

/** Relative times move this often. */
const CLOCK_MS = 15_000;
const TOAST_MS = 6_000;
/** Changes that come faster are drawn together. */
const DRAW_EVERY_MS = 100;
/** A connection that takes longer is told in words. */
const SLOW_MS = 3_000;

/** What the shell needs of the element. */
export interface Host {
  readonly root: ShadowRoot;
  readonly shownTexts: Texts;
  readonly language: string;
  readonly arrangement: Arrangement;
  readonly undoMs: number;
  requestUpdate: () => void;
  emit: (name: string, detail: unknown) => void;
}

/** Everything of the element that belongs to one video. */
export class Shell implements View {
  readonly room: Room;
  readonly #host: Host;
  readonly #stream: Stream;
  readonly #composer: Composer;
  readonly #dialog: DialogFrame;
  readonly #announcer: Announcer;
  readonly #ending = new AbortController();
  readonly #clock: ReturnType<typeof setInterval>;
  readonly #slowTimer: ReturnType<typeof setTimeout>;
  #now = Date.now();
  #drawnAt = 0;
  #drawTimer: ReturnType<typeof setTimeout> | undefined;
  #toast: Toast | undefined;
  #toastTimer: ReturnType<typeof setTimeout> | undefined;
  #isSlow = false;
  #userId: string | undefined;
  #connection: string | undefined;

  constructor(host: Host, client: LiveComments, videoId: string) {
    this.#host = host;
    this.room = new Room(client, videoId, () => this.#onChange());
    this.#userId = this.room.user?.id;
    this.#stream = new Stream(this);
    this.#composer = new Composer(this, () => this.#stream.scroll.toEnd());
    this.#dialog = new DialogFrame(this);
    this.#announcer = new Announcer(this);
    this.#clock = setInterval(() => {
      this.#now = Date.now();
      this.update();
    }, CLOCK_MS);
    const { signal } = this.#ending;
    for (const name of ["online", "offline"]) addEventListener(name, () => this.update(), { signal });
    this.#slowTimer = setTimeout(() => {
      this.#isSlow = true;
      this.update();
    }, SLOW_MS);
  }

  get root(): ShadowRoot {
    return this.#host.root;
  }

  get texts(): Texts {
    return this.#host.shownTexts;
  }

  get language(): string {
    return this.#host.language;
  }

  get arrangement(): Arrangement {
    return this.#host.arrangement;
  }

  get undoMs(): number {
    return this.#host.undoMs;
  }

  get now(): number {
    return this.#now;
  }

  update(): void {
    this.#host.requestUpdate();
  }

  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.toast({ text: messageOf(error, this.texts), isError: true });
      this.#host.emit("commentserror", { error });
      return false;
    }
  }

  toast(toast: Toast): void {
    clearTimeout(this.#toastTimer);
    this.#toast = toast;
    this.#toastTimer = setTimeout(() => this.#closeToast(), toast.undo ? this.undoMs : TOAST_MS);
    this.update();
  }

  openDialog(kind: DialogKind): void {
    void this.#dialog.open(kind);
  }

  closeDialog(): void {
    this.#dialog.close();
  }

  focusComposer(): void {
    this.#composer.focus();
  }

  render(): TemplateResult {
    const composer = this.#composer.render();
    const stream = html`${banner(this)} ${this.#stream.render()} ${typing(this)}`;
    const toast = toastLine(this.#toast, this, () => this.#closeToast());
    const outer = this.#dialog.isOpen ? nothing : toast;
    return html`<section
      class="root"
      part="root"
      aria-label=${this.texts.title}
      data-arrangement=${this.arrangement}
      @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
    >
      ${header(this, this.#isSlow)}
      ${this.arrangement === "live" ? [stream, outer, composer] : [composer, outer, stream]}
      <p class="unseen" role="status">${this.#announcer.text}</p>
      ${this.#dialog.render(toast)}
    </section>`;
  }

  beforeDraw(): void {
    this.#stream.scroll.before();
  }

  afterDraw(): void {
    clearTimeout(this.#drawTimer);
    this.#drawTimer = undefined;
    this.#drawnAt = performance.now();
    this.#stream.scroll.after();
    this.#composer.after();
  }

  close(): void {
    this.#ending.abort();
    clearInterval(this.#clock);
    clearTimeout(this.#slowTimer);
    clearTimeout(this.#drawTimer);
    clearTimeout(this.#toastTimer);
    this.#stream.scroll.close();
    this.#announcer.close();
    this.#composer.close();
    this.room.close();
  }

  #onChange(): void {
    // While the room is made, nothing else is there yet.
    if (!this.#announcer) return;
    this.#announcer.look();
    const { user, state } = this.room;
    if (user?.id !== this.#userId) {
      this.#userId = user?.id;
      this.#host.emit("sessionchange", { user });
    }
    if (state.connection !== this.#connection) {
      this.#connection = state.connection;
      this.#host.emit("connectionchange", { connection: state.connection });
    }
    this.#drawSoon();
  }

  #drawSoon(): void {
    if (this.#drawTimer !== undefined) return;
    const waitMs = this.#drawnAt + DRAW_EVERY_MS - performance.now();
    if (waitMs <= 0) return this.update();
    this.#drawTimer = setTimeout(() => this.update(), waitMs);
  }

  /** A single key does something only while the focus is within the element. */
  #onKey(event: KeyboardEvent): void {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    if (target instanceof HTMLElement && target.matches("textarea, input, select")) return;
    event.preventDefault();
    this.focusComposer();
  }

  #closeToast(): void {
    clearTimeout(this.#toastTimer);
    this.#toast = undefined;
    this.update();
  }
}
