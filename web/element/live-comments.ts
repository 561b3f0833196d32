import { html, render, type TemplateResult } from "lit/html.js";
import { VIDEO_ID } from "../../functions/src/contract/patterns.ts";
import type { AppCheckSource, FirebaseSettings } from "../src/index.ts";
import { acquireClient } from "./clients.ts";
import { Shell } from "./shell.ts";
import { addStyles } from "./styles/add-styles.ts";
import { readingStyles } from "./styles/reading.ts";
import type { Texts } from "./texts/en-signed-in.ts";
import { ShownTexts } from "./texts/shown-texts.ts";
import type { Arrangement, Host } from "./view.ts";

const DEFAULT_UNDO_SECONDS = 6;
const PROPERTIES = ["video", "api", "arrangement", "undoSeconds", "firebase", "appCheck", "texts"] as const;

/** `<live-comments video="…">`: the comments of a video, live. README.md has its attributes, properties, events and parts. */
export class LiveCommentsElement extends HTMLElement {
  static readonly observedAttributes = ["video", "api", "arrangement", "undo-seconds", "firebase", "lang"];
  /** Where the API is, for elements that do not say so. */
  static defaultApi = "/v1";

  readonly #root = this.attachShadow({ mode: "open" });
  readonly #shownTexts = new ShownTexts(() => this.#requestUpdate());
  #texts: Partial<Texts> | undefined;
  #appCheck: AppCheckSource | undefined;
  #shell: Shell | undefined;
  /** What the shell shows. */
  #source = "";
  #usedAppCheck: AppCheckSource | undefined;
  #release: (() => void) | undefined;
  #isUpdateRequested = false;

  constructor() {
    super();
    addStyles(this.#root, readingStyles);
  }

  get video(): string | undefined {
    return this.getAttribute("video") ?? undefined;
  }

  set video(id: string | undefined) {
    this.#setAttribute("video", id);
  }

  get api(): string | undefined {
    return this.getAttribute("api") ?? undefined;
  }

  set api(url: string | undefined) {
    this.#setAttribute("api", url);
  }

  get arrangement(): Arrangement | undefined {
    return this.getAttribute("arrangement") === "comments" ? "comments" : "live";
  }

  set arrangement(arrangement: Arrangement | undefined) {
    this.#setAttribute("arrangement", arrangement);
  }

  /** For how long a deletion and the like can be undone. */
  get undoSeconds(): number | undefined {
    return Number(this.getAttribute("undo-seconds") ?? DEFAULT_UNDO_SECONDS);
  }

  set undoSeconds(seconds: number | undefined) {
    this.#setAttribute("undo-seconds", seconds?.toString());
  }

  /** The client's option of this name. The attribute has it as JSON. */
  get firebase(): FirebaseSettings | undefined {
    try {
      const settings: FirebaseSettings | null = JSON.parse(this.getAttribute("firebase") ?? "null");
      return settings ?? undefined;
    } catch {
      return undefined;
    }
  }

  set firebase(settings: FirebaseSettings | undefined) {
    this.#setAttribute("firebase", settings && JSON.stringify(settings));
  }

  /** The client's option of this name. */
  get appCheck(): AppCheckSource | undefined {
    return this.#appCheck;
  }

  set appCheck(source: AppCheckSource | undefined) {
    this.#appCheck = source;
    this.#requestUpdate();
  }

  /** Replaces some texts, or all. */
  get texts(): Partial<Texts> | undefined {
    return this.#texts;
  }

  set texts(texts: Partial<Texts> | undefined) {
    this.#texts = texts;
    this.#shownTexts.replace(texts ?? {});
    this.#requestUpdate();
  }

  connectedCallback(): void {
    for (const name of PROPERTIES) this.#adopt(name);
    this.#open();
    this.#requestUpdate();
  }

  disconnectedCallback(): void {
    this.#close();
  }

  attributeChangedCallback(): void {
    this.#requestUpdate();
  }

  /** Several changes of one moment are drawn once. */
  #requestUpdate(): void {
    if (this.#isUpdateRequested) return;
    this.#isUpdateRequested = true;
    queueMicrotask(() => {
      this.#isUpdateRequested = false;
      if (this.isConnected) this.#update();
    });
  }

  #update(): void {
    this.#open();
    const tag = this.closest<HTMLElement>("[lang]")?.lang || navigator.language;
    this.#shownTexts.choose(tag);
    this.#shell?.beforeDraw();
    render(this.#shell?.render() ?? this.#noVideo(), this.#root);
    this.#shell?.afterDraw();
  }

  #noVideo(): TemplateResult {
    const texts = this.#shownTexts.shown;
    return html`<section class="root" part="root" aria-label=${texts.title}>
      <div class="empty" role="alert">
        <p>${texts.noVideo}</p>
        <p class="muted">${texts.noVideoHint}</p>
      </div>
    </section>`;
  }

  #open(): void {
    const { video = "", api = LiveCommentsElement.defaultApi, firebase, appCheck } = this;
    const source = JSON.stringify([video, api, firebase]);
    if (this.#shell && source === this.#source && appCheck === this.#usedAppCheck) return;
    // A name that is no key has no place in the Realtime Database.
    const next = VIDEO_ID.test(video) ? acquireClient({ api, firebase, appCheck }) : undefined;
    // Only now: if it is the same client, it stays open, with its connection, and with the session of a browser without storage.
    this.#close();
    this.#source = source;
    this.#usedAppCheck = appCheck;
    if (!next) return;
    this.#release = next.release;
    this.#shell = new Shell(this.#host(), next.client, video);
  }

  #close(): void {
    this.#shell?.close();
    this.#shell = undefined;
    this.#release?.();
    this.#release = undefined;
  }

  #host(): Host {
    // oxlint-disable-next-line typescript/no-this-alias -- for the getters
    const element = this;
    return {
      root: this.#root,
      texts: this.#shownTexts,
      get arrangement() {
        return element.arrangement ?? "live";
      },
      get undoMs() {
        return (element.undoSeconds ?? DEFAULT_UNDO_SECONDS) * 1_000;
      },
      requestUpdate: () => this.#requestUpdate(),
      emit: (name, detail) => this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true })),
    };
  }

  #setAttribute(name: string, value: string | undefined): void {
    if (value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  /** A property that was set before the element was defined hides ours. */
  #adopt(name: (typeof PROPERTIES)[number]): void {
    if (!Object.hasOwn(this, name)) return;
    const value: unknown = Reflect.get(this, name);
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, value);
  }
}
