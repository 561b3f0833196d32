import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { AdminUser } from "../../src/index.ts";
import { time } from "../format.ts";
import { filterForm } from "../parts/filters.ts";
import { type Row, table } from "../parts/table.ts";
import { ROLES, type UsersTab } from "./users-tab.ts";

const FILTERS = [
  { name: "search", label: "E-mail or username begins with" },
  { name: "role", label: "Role", choices: ROLES.map((role) => [role, role] as const) },
  {
    name: "is_active",
    label: "State",
    choices: [
      ["true", "active"],
      ["false", "deactivated"],
    ],
  },
] as const;

export function usersView(tab: UsersTab): TemplateResult {
  return html`
    ${filterForm(tab.store, FILTERS)}
    ${table({
      title: "Users",
      empty: tab.isLoaded ? "Nobody is found. The search is for the beginning of a name." : "Loading …",
      heads: ["Username", "E-mail", "Role", "State", "Last sign-in", ""],
      rows: tab.users.map((user) => rowOf(tab, user)),
    })}
    ${
      tab.cursor === null
        ? nothing
        : html`<button type="button" class="quiet" @click=${() => void tab.store.run(() => tab.loadMore())}>
            More users
          </button>`
    }
    ${sessionsView(tab)}
  `;
}

function rowOf(tab: UsersTab, user: AdminUser): Row {
  const { store } = tab;
  const onRole = (event: Event) => {
    const role = ROLES.find((one) => event.target instanceof HTMLSelectElement && one === event.target.value);
    if (role) void store.run(() => tab.setRole(user, role));
  };
  const cells = [
    html`<bdi>${user.username}</bdi>`,
    html`<bdi>${user.email}</bdi>`,
    html`<select aria-label=${`Role of ${user.username}`} .value=${live(user.role)} @change=${onRole}>
      ${ROLES.map((role) => html`<option value=${role} ?selected=${role === user.role}>${role}</option>`)}
    </select>`,
    user.is_active ? "active" : html`<strong>deactivated</strong>`,
    user.last_login_at === null ? "never" : time(user.last_login_at),
    html`<div class="actions">
      <button
        type="button"
        class="quiet small"
        aria-label=${`Sessions of ${user.username}`}
        @click=${() => void store.run(() => tab.openSessions(user))}
      >
        Sessions
      </button>
      <button
        type="button"
        class="quiet small"
        aria-label=${`${user.is_active ? "Deactivate" : "Activate"} ${user.username}`}
        @click=${() => void store.run(() => tab.setActive(user, !user.is_active))}
      >
        ${user.is_active ? "Deactivate" : "Activate"}
      </button>
    </div>`,
  ];
  return { key: user.id, cells };
}

function sessionsView(tab: UsersTab): TemplateResult | typeof nothing {
  const { opened, store } = tab;
  if (!opened) return nothing;
  const { user, sessions } = opened;
  return html`<div class="sessions">
    ${table({
      title: `Sessions of ${user.username}`,
      empty: "Not signed in anywhere.",
      heads: ["Device", "Signed in", "Last seen", "Ends"],
      rows: sessions.map(({ id, device, created_at, last_seen_at, expires_at }) => ({
        key: id,
        cells: [html`<bdi>${device}</bdi>`, time(created_at), time(last_seen_at), time(expires_at)],
      })),
    })}
    <button
      type="button"
      class="danger"
      ?hidden=${sessions.length === 0}
      @click=${() => void store.run(() => tab.endSessions(user))}
    >
      End all sessions
    </button>
  </div>`;
}
