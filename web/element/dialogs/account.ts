import { html, nothing, type TemplateResult } from "lit/html.js";
import { MAX_EMAIL_LENGTH, PASSWORD_LENGTH, USERNAME_CODE_POINTS } from "../../../functions/src/contract/limits.ts";
import type { SignedInView } from "../signed-in/view.ts";
import { DialogForm, field } from "./form.ts";

/** To sign in, or to register and then sign in. */
export class AccountDialog {
  readonly #view: SignedInView;
  readonly #form: DialogForm;
  #isNew = false;

  constructor(view: SignedInView) {
    this.#view = view;
    this.#form = new DialogForm(view);
  }

  get title(): string {
    const { texts } = this.#view;
    return this.#isNew ? texts.register : texts.signIn;
  }

  render(): TemplateResult {
    const { texts } = this.#view;
    const switchMode = () => {
      this.#isNew = !this.#isNew;
      this.#view.update();
    };
    return html`<form class="form" @submit=${this.#form.onSubmit((values) => this.#submit(values))}>
      ${field({
        name: "email",
        label: texts.email,
        type: "email",
        autocomplete: "email",
        maxLength: MAX_EMAIL_LENGTH,
      })}
      ${this.#isNew ? usernameField(texts.username) : nothing}
      ${passwordField("password", texts.password, this.#isNew ? "new-password" : "current-password")}
      ${this.#form.message()} ${this.#form.submit(this.title)}
      <button type="button" class="link" @click=${switchMode}>
        ${this.#isNew ? texts.toSignIn : texts.toRegister}
      </button>
    </form>`;
  }

  async #submit({ email = "", username = "", password = "" }: Record<string, string>): Promise<undefined> {
    const { session } = this.#view.room.client;
    if (this.#isNew) {
      await session.register({ email, username, password });
      // The account exists now. If the sign-in fails, only that is tried again.
      this.#isNew = false;
    }
    await session.signIn({ email, password });
    this.#view.closeDialog();
  }
}

/** A length here is in UTF-16 units, so these are bounds that every name keeps. The API says what else is wrong. */
export function usernameField(label: string): TemplateResult {
  const { min, max } = USERNAME_CODE_POINTS;
  return field({ name: "username", label, autocomplete: "username", minLength: min, maxLength: 2 * max });
}

export function passwordField(name: string, label: string, autocomplete: string): TemplateResult {
  const { min, max } = PASSWORD_LENGTH;
  return field({ name, label, type: "password", autocomplete, minLength: min, maxLength: max });
}
