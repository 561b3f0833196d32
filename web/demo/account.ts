import type { Api, SessionStore } from "../src/index.ts";
import { byId, whileBusy } from "./dom.ts";
import { attempt, clear } from "./notice.ts";

type Mode = "sign-in" | "register";

const TEXTS = {
  "sign-in": { title: "Sign in to comment.", submit: "Sign in", other: "New here? Register" },
  register: { title: "Register to comment.", submit: "Register", other: "Registered? Sign in" },
} as const;

/** The sign-in form, which is the registration form too, and who is signed in. @param onSignedIn after a sign-in on this page */
export function showAccount(api: Api, sessions: SessionStore, onSignedIn: () => void): void {
  const form = byId("account", HTMLFormElement);
  const email = byId("email", HTMLInputElement);
  const username = byId("new-username", HTMLInputElement);
  const password = byId("password", HTMLInputElement);
  const submit = byId("account-submit", HTMLButtonElement);
  const other = byId("account-switch", HTMLButtonElement);
  const signOut = byId("sign-out", HTMLButtonElement);
  let mode: Mode = "sign-in";

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
    const user = sessions.current?.user;
    form.hidden = user !== undefined;
    byId("signed-in", HTMLElement).hidden = user === undefined;
    byId("username", HTMLElement).textContent = user?.username ?? "";
  };

  const enter = async () => {
    const credentials = { email: email.value, password: password.value };
    if (mode === "register") {
      await api.register({ ...credentials, username: username.value });
      // The account stands: if the sign-in fails, it is the sign-in that is tried again.
      setMode("sign-in");
    }
    await api.signIn(credentials);
    form.reset();
    onSignedIn();
  };

  other.addEventListener("click", () => {
    clear();
    setMode(mode === "register" ? "sign-in" : "register");
    email.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void whileBusy(submit, async () => void (await attempt(enter)));
  });
  signOut.addEventListener("click", () => {
    void whileBusy(signOut, async () => void (await attempt(() => api.signOut())));
  });

  sessions.subscribe(showSession);
  setMode("sign-in");
  showSession();
}
