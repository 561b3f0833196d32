import { type TemplateResult, html } from "lit";
import { fieldText } from "./parts/form.ts";
import type { Store } from "./store.ts";

export function signInView(store: Store): TemplateResult {
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    void store.signIn(fieldText(form, "email"), fieldText(form, "password"));
  };
  return html`<section class="center">
    <h2>Sign in</h2>
    <form @submit=${onSubmit}>
      <label>E-mail <input name="email" type="email" autocomplete="email" required /></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required /></label>
      <p class="message problem" role="alert" ?hidden=${store.signInProblem === ""}>${store.signInProblem}</p>
      <button type="submit" ?disabled=${store.isSigningIn}>Sign in</button>
    </form>
  </section>`;
}
