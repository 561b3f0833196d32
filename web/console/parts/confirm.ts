import { type TemplateResult, html } from "lit";
import { createRef, ref } from "lit/directives/ref.js";

interface Question {
  title: string;
  text: string;
  button: string;
}

/** A dialog that asks before something that should not happen by a slip. */
export class Confirmation {
  readonly #draw: () => void;
  readonly #dialog = createRef<HTMLDialogElement>();
  #question: Question = { title: "", text: "", button: "" };

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** True if the person says yes. The focus returns to where it was. */
  async ask(question: Question): Promise<boolean> {
    this.#question = question;
    this.#draw();
    const dialog = this.#dialog.value;
    if (!dialog) return false;
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((resolve) => {
      dialog.addEventListener("close", resolve, { once: true });
    });
    return dialog.returnValue === "yes";
  }

  view(): TemplateResult {
    const { title, text, button } = this.#question;
    const close = (answer: string) => this.#dialog.value?.close(answer);
    return html`<dialog ${ref(this.#dialog)} aria-labelledby="question">
      <h2 id="question">${title}</h2>
      <p>${text}</p>
      <div class="actions">
        <button type="button" class="quiet" @click=${() => close("")}>Cancel</button>
        <button type="button" class="danger" @click=${() => close("yes")}>${button}</button>
      </div>
    </dialog>`;
  }
}
