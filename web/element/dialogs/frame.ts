import { html, nothing, type TemplateResult } from "lit/html.js";
import { CROSS } from "../parts/icons.ts";
import type { SignedInView } from "../signed-in/view.ts";
import type { DialogKind } from "../view.ts";
import type { DialogContent } from "./open.ts";

/** The one native dialog of the element. What it shows is loaded when it is opened for the first time. */
export class DialogFrame {
  readonly #view: SignedInView;
  #content: DialogContent | undefined;
  /** Where the focus was. */
  #opener: Element | null = null;

  constructor(view: SignedInView) {
    this.#view = view;
  }

  async open(kind: DialogKind): Promise<void> {
    const isOpen = this.#dialog?.open ?? false;
    if (!isOpen) this.#opener = this.#view.root.activeElement;
    await this.#view.attempt(async () => {
      const { openContent } = await import("./open.ts");
      this.#content = openContent(this.#view, kind);
    });
    this.#view.update();
    if (!isOpen && this.#content) requestAnimationFrame(() => this.#dialog?.showModal());
  }

  close(): void {
    this.#dialog?.close();
  }

  get isOpen(): boolean {
    return this.#content !== undefined;
  }

  /** @param toast within the dialog, because what is outside can neither be seen nor used */
  render(toast: TemplateResult): TemplateResult {
    const { texts } = this.#view;
    const content = this.#content;
    return html`<dialog
      part="dialog"
      aria-labelledby="dialog-title"
      @close=${() => this.#onClose()}
      @click=${(event: Event) => event.target === this.#dialog && this.close()}
      @keydown=${(event: Event) => event.stopPropagation()}
    >
      ${
        content === undefined
          ? nothing
          : html`<div class="dialog-body">
              <header>
                <h2 id="dialog-title"><bdi>${content.title}</bdi></h2>
                <button type="button" class="icon-button" aria-label=${texts.close} @click=${() => this.close()}>
                  ${CROSS}
                </button>
              </header>
              ${content.render()} ${toast}
            </div>`
      }
    </dialog>`;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.#view.root.querySelector("dialog");
  }

  #onClose(): void {
    this.#content = undefined;
    this.#view.update();
    const opener = this.#opener;
    // After a sign-in, the button that led to it is gone.
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    else this.#view.focusComposer();
  }
}
