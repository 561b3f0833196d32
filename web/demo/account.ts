import { MAX_EMAIL_LENGTH, PASSWORD_LENGTH, USERNAME_CODE_POINTS } from "../../functions/src/contract/limits.ts";
import type { UserSession } from "../src/index.ts";
import { byId, whileBusy } from "./dom.ts";
import { attempt, clearNotice } from "./notice.ts";

type Mode = "sign-in" | "register";

const TEXTS = {
  "sign-in": { title: "Sign in to comment.", submit: "Sign in", other: "New here? Register" },
  register: { title: "Register to comment.", submit: "Register", other: "Already registered? Sign in" },
} as const;

/**
 * Shows who is signed in, or the form to sign in and to register.
 * @param onSignedIn called after a sign-in on this page
 */
export function showAccount(session: UserSession, onSignedIn: () => void): void {
  const form = byId("account", HTMLFormElement);
  const email = byId("email", HTMLInputElement);
  const username = byId("new-username", HTMLInputElement);
  const password = byId("password", HTMLInputElement);
  const submit = byId("account-submit", HTMLButtonElement);
  const other = byId("account-switch", HTMLButtonElement);
  const signOut = byId("sign-out", HTMLButtonElement);
  let mode: Mode = "sign-in";
  email.maxLength = MAX_EMAIL_LENGTH;
  // A length here is in UTF-16 units, so these are bounds that every name keeps. The service says what else is wrong.
  username.minLength = USERNAME_CODE_POINTS.min;
  username.maxLength = 2 * USERNAME_CODE_POINTS.max;
  password.minLength = PASSWORD_LENGTH.min;
  password.maxLength = PASSWORD_LENGTH.max;

  const setMode = (next: Mode) => {
    mode = next;
    const isNew = mode === "register";
    byId("account-title", HTMLElement).textContent = TEXTS[mode].title;
    submit.textContent = TEXTS[mode].submit;
    other.textContent = TEXTS[mode].other;
    byId("username-field", HTMLElement).hidden = !isNew;
    username.required = isNew;
    password.autocomplete = isNew ? "new-password" : "current-password";
  };

  const showSession = () => {
    const { user } = session;
    form.hidden = user !== undefined;
    byId("signed-in", HTMLElement).hidden = user === undefined;
    byId("username", HTMLElement).textContent = user?.username ?? "";
  };

  const submitForm = async () => {
    const credentials = { email: email.value, password: password.value };
    if (mode === "register") {
      await session.register({ ...credentials, username: username.value });
      // The account exists now. If the sign-in fails, only that is tried again.
      setMode("sign-in");
    }
    await session.signIn(credentials);
    form.reset();
    onSignedIn();
  };

  other.addEventListener("click", () => {
    clearNotice();
    setMode(mode === "register" ? "sign-in" : "register");
    email.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void whileBusy(submit, async () => void (await attempt(submitForm)));
  });
  signOut.addEventListener("click", () => {
    void whileBusy(signOut, async () => void (await attempt(() => session.signOut())));
  });

  setMode("sign-in");
  session.subscribe(showSession);
}
