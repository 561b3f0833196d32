import { html, nothing, type TemplateResult } from "lit/html.js";
import { CROSS } from "../parts/icons.ts";
import type { SignedInView, Toast } from "./view.ts";

const TOAST_MS = 6_000;

/** Tells what was just done, or why not, and how to undo it. */
export class Toasts {
  readonly #view: SignedInView;
  #toast: Toast | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(view: SignedInView) {
    this.#view = view;
  }

  /** Instead of the one before. Without a toast, nothing is shown. */
  show(toast?: Toast): void {
    clearTimeout(this.#timer);
    this.#toast = toast;
    if (toast) this.#timer = setTimeout(() => this.show(), toast.undo ? this.#view.undoMs : TOAST_MS);
    this.#view.update();
  }

  render(): TemplateResult {
    const { texts } = this.#view;
    const toast = this.#toast;
    const undo = () => {
      toast?.undo?.();
      this.show();
    };
    return html`<div class="toasts" role=${toast?.isError ? "alert" : "status"}>
      ${
        toast === undefined
          ? nothing
          : html`<div class="toast ${toast.isError ? "bad" : ""}" part="toast">
              <span>${toast.text}</span>
              ${toast.undo ? html`<button type="button" class="link" @click=${undo}>${texts.undo}</button>` : nothing}
              <button type="button" class="icon-button" aria-label=${texts.close} @click=${() => this.show()}>
                ${CROSS}
              </button>
            </div>`
      }
    </div>`;
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
