import { html, nothing, type TemplateResult } from "lit/html.js";
import type { SignedInView } from "../signed-in/view.ts";
import { messageOf } from "../signed-in/problems.ts";

interface Field {
  name: string;
  label: string;
  type?: string;
  autocomplete?: string;
  minLength?: number;
  maxLength?: number;
  isOptional?: boolean;
}

/** A labelled field. Its id is `field-` and its name. */
export function field({ name, label, type = "text", autocomplete, minLength, maxLength, isOptional }: Field) {
  return html`<label for="field-${name}">${label}</label>
    <input
      id="field-${name}"
      name=${name}
      type=${type}
      dir="auto"
      autocomplete=${autocomplete ?? "off"}
      minlength=${minLength ?? nothing}
      maxlength=${maxLength ?? nothing}
      ?required=${isOptional !== true}
    />`;
}

/** A form of a dialog: its state while it is sent, and what is wrong. */
export class DialogForm {
  readonly #view: SignedInView;
  #isBusy = false;
  #problem = "";
  #success = "";

  constructor(view: SignedInView) {
    this.#view = view;
  }

  /** Sends what the form holds. @param work gets the form's values by their names */
  onSubmit(work: (values: Record<string, string>) => Promise<string | undefined>): (event: SubmitEvent) => void {
    return (event) => {
      event.preventDefault();
      if (!(event.target instanceof HTMLFormElement) || this.#isBusy) return;
      const form = event.target;
      const values: Record<string, string> = {};
      for (const [name, value] of new FormData(form)) if (typeof value === "string") values[name] = value;
      void this.#run(() => work(values)).then((isDone) => isDone && form.reset());
    };
  }

  message(): TemplateResult {
    const [role, name] = this.#problem ? ["alert", "bad"] : ["status", ""];
    // Set as its text, so that it is empty, and takes no place, while there is none.
    return html`<p class="form-message ${name}" role=${role} .textContent=${this.#problem || this.#success}></p>`;
  }

  submit(label: string, isDangerous = false): TemplateResult {
    return html`<button type="submit" class=${isDangerous ? "danger" : ""} aria-disabled=${this.#isBusy}>
      ${label}
    </button>`;
  }

  async #run(work: () => Promise<string | undefined>): Promise<boolean> {
    this.#isBusy = true;
    this.#problem = "";
    this.#success = "";
    this.#view.update();
    try {
      this.#success = (await work()) ?? "";
      return true;
    } catch (error) {
      this.#problem = messageOf(error, this.#view.texts);
      return false;
    } finally {
      this.#isBusy = false;
      this.#view.update();
    }
  }
}
