import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { VIDEO_ID } from "../../functions/src/contract/patterns.ts";
import type { AppCheckSource, FirebaseSettings } from "../src/index.ts";
import { acquireClient } from "./clients.ts";
import { type Host, Shell } from "./shell.ts";
import { styles } from "./styles/styles.ts";
import { en, type Texts } from "./texts/en.ts";
import { languageOf, loadTexts } from "./texts/pick.ts";
import type { Arrangement } from "./view.ts";

const DEFAULT_UNDO_SECONDS = 6;

/** The properties that say what is shown, and from where. */
const SOURCE = ["video", "api", "firebase", "appCheck"] as const;

/** `<live-comments video="…">`: the comments of a video, live. README.md has its attributes, properties, events and parts. */
export class LiveCommentsElement extends LitElement {
  static override styles = styles;
  static override properties = {
    video: {},
    api: {},
    arrangement: {},
    undoSeconds: { type: Number, attribute: "undo-seconds" },
    firebase: { type: Object },
    appCheck: { attribute: false },
    texts: { attribute: false },
  };
  /** Where the API is, for elements that do not say so. */
  static defaultApi = "/v1";

  declare video: string | undefined;
  declare api: string | undefined;
  declare arrangement: Arrangement | undefined;
  /** For how long a deletion and the like can be undone. */
  declare undoSeconds: number | undefined;
  /** As of the client's option. In the attribute, as JSON. */
  declare firebase: FirebaseSettings | undefined;
  /** As of the client's option. */
  declare appCheck: AppCheckSource | undefined;
  /** Replaces some texts, or all. */
  declare texts: Partial<Texts> | undefined;

  #language = "en";
  #languageTexts: Texts = en;
  #shell: Shell | undefined;
  /** What the shell shows. */
  #source = "";
  #appCheck: AppCheckSource | undefined;
  #release: (() => void) | undefined;

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, "lang"];
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    super.attributeChangedCallback(name, before, now);
    if (name === "lang") this.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (SOURCE.some((name) => changed.has(name))) this.#open();
    void this.#chooseLanguage();
  }

  protected override update(changed: PropertyValues): void {
    this.#shell?.beforeDraw();
    super.update(changed);
    this.#shell?.afterDraw();
  }

  protected override render(): TemplateResult {
    if (this.#shell) return this.#shell.render();
    const texts = this.#shownTexts();
    return html`<section class="root" part="root" aria-label=${texts.title}>
      <div class="empty" role="alert">
        <p>${texts.noVideo}</p>
        <p class="muted">${texts.noVideoHint}</p>
      </div>
    </section>`;
  }

  #shownTexts(): Texts {
    return this.texts ? { ...this.#languageTexts, ...this.texts } : this.#languageTexts;
  }

  /** A name that is no key has no place in the Realtime Database. */
  #open(): void {
    const { video = "", api = LiveCommentsElement.defaultApi, firebase, appCheck } = this;
    const source = JSON.stringify([video, api, firebase]);
    const isSame = source === this.#source && appCheck === this.#appCheck;
    if (!this.isConnected || (this.#shell && isSame)) return;
    this.#close();
    this.#source = source;
    this.#appCheck = appCheck;
    if (!VIDEO_ID.test(video)) return;
    const { client, release } = acquireClient({ api, firebase, appCheck });
    this.#release = release;
    this.#shell = new Shell(this.#host(), client, video);
    this.requestUpdate();
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
      get root() {
        return element.shadowRoot ?? element.attachShadow({ mode: "open" });
      },
      get shownTexts() {
        return element.#shownTexts();
      },
      get language() {
        return element.#language;
      },
      get arrangement() {
        return element.arrangement === "comments" ? "comments" : "live";
      },
      get undoMs() {
        return (element.undoSeconds ?? DEFAULT_UNDO_SECONDS) * 1_000;
      },
      requestUpdate: () => this.requestUpdate(),
      emit: (name, detail) => this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true })),
    };
  }

  /** The nearest `lang` attribute decides, then the browser. */
  async #chooseLanguage(): Promise<void> {
    const tag = this.closest<HTMLElement>("[lang]")?.lang || navigator.language;
    const language = languageOf(tag);
    if (language === this.#language) return;
    this.#language = language;
    const texts = await loadTexts(language);
    if (language !== this.#language) return;
    this.#languageTexts = texts;
    this.requestUpdate();
  }
}
