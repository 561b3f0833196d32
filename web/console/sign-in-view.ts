import { type TemplateResult, html } from "lit";
import type { Store } from "./store.ts";

export function signInView(store: Store): TemplateResult {
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const data = new FormData(event.currentTarget);
    void store.signIn(String(data.get("email")), String(data.get("password")));
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
