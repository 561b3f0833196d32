import { type TemplateResult, html, nothing } from "lit";
import { auditView } from "./audit/audit-view.ts";
import { overviewView } from "./overview/overview-view.ts";
import { TABS, addressOf } from "./router.ts";
import { signInView } from "./sign-in-view.ts";
import { type Store, titleOf } from "./store.ts";
import { usersView } from "./users/users-view.ts";

export function consoleView(store: Store): TemplateResult {
  return html`
    <header class="bar">
      <h1>live-comments <span>console</span></h1>
      ${store.isAdmin ? tabs(store) : nothing} ${store.user ? account(store) : nothing}
    </header>
    <main>
      <p class="message problem" role="alert" ?hidden=${store.problem === ""}>${store.problem}</p>
      <p class="message notice" role="status" ?hidden=${store.notice === ""}>${store.notice}</p>
      ${content(store)}
    </main>
    ${store.confirmation.view()}
  `;
}

function content(store: Store): TemplateResult {
  if (!store.user) return signInView(store);
  if (!store.isAdmin) return notAdmin(store);
  if (store.place.tab === "users") return usersView(store.users);
  return store.place.tab === "audit" ? auditView(store.audit) : overviewView(store.overview);
}

function tabs(store: Store): TemplateResult {
  const link = (tab: (typeof TABS)[number]) => {
    const place = { tab, filters: {} };
    const onClick = (event: MouseEvent) => {
      // With a key, the browser opens another tab.
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      store.go(place);
    };
    const current = store.place.tab === tab ? "page" : nothing;
    return html`<a href=${addressOf(place)} aria-current=${current} @click=${onClick}>${titleOf(place)}</a>`;
  };
  return html`<nav aria-label="Console">${TABS.map(link)}</nav>`;
}

function account(store: Store): TemplateResult {
  const signOut = () => void store.run(() => store.client.session.signOut());
  return html`<div class="account">
    <span>${store.user?.username}</span>
    <button type="button" class="quiet" @click=${signOut}>Sign out</button>
  </div>`;
}

function notAdmin(store: Store): TemplateResult {
  return html`<section class="center">
    <h2>For admins only</h2>
    <p>
      You are signed in as <bdi>${store.user?.username}</bdi>, who is a ${store.user?.role}. Ask an admin for the role,
      or sign in as somebody else.
    </p>
    <p class="muted">On the command line: <code>npm run admin -- grant ${store.user?.id}</code></p>
  </section>`;
}
