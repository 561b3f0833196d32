import type { AdminUser, AdminUserSession, Role } from "../../src/index.ts";
import { plural } from "../format.ts";
import type { Console } from "../console.ts";

const PAGE_SIZE = 50;

/** The users that the address asks for: `search`, `role` and `is_active`. */
export class UsersTab {
  readonly store: Console;
  users: readonly AdminUser[] = [];
  cursor: string | null = null;
  isLoaded = false;
  /** Whose sessions are shown. */
  opened: { user: AdminUser; sessions: readonly AdminUserSession[] } | undefined;

  constructor(store: Console) {
    this.store = store;
  }

  async load(): Promise<void> {
    this.opened = undefined;
    const { place } = this.store;
    const page = await this.store.client.api.listUsers(this.#query());
    // Somebody has asked for something else meanwhile.
    if (this.store.place !== place) return;
    this.users = page.users;
    this.cursor = page.next_cursor;
    this.isLoaded = true;
  }

  async loadMore(): Promise<void> {
    const { cursor } = this;
    if (cursor === null) return;
    const { place } = this.store;
    const page = await this.store.client.api.listUsers({ ...this.#query(), cursor });
    if (this.store.place !== place || this.cursor !== cursor) return;
    this.users = [...this.users, ...page.users];
    this.cursor = page.next_cursor;
  }

  async setRole(user: AdminUser, role: Role): Promise<string> {
    const isSure =
      role !== "admin" ||
      (await this.store.confirmation.ask({
        title: `Make ${user.username} an admin?`,
        text: `An admin can do everything, also to you. Nobody has verified that ${user.email} is theirs.`,
        button: "Make admin",
      }));
    if (!isSure) return "";
    await this.#change(user, { role });
    return `${user.username} is now ${role === "admin" ? "an" : "a"} ${role}.`;
  }

  async setActive(user: AdminUser, is_active: boolean): Promise<string> {
    const isSure =
      is_active ||
      (await this.store.confirmation.ask({
        title: `Deactivate ${user.username}?`,
        text: "Their sessions end at once, and they cannot sign in until somebody activates them. Their comments stay.",
        button: "Deactivate",
      }));
    if (!isSure) return "";
    await this.#change(user, { is_active });
    return is_active ? `${user.username} can sign in again.` : `${user.username} is deactivated.`;
  }

  async openSessions(user: AdminUser): Promise<void> {
    const { sessions } = await this.store.client.api.listUserSessions({ user_id: user.id });
    this.opened = { user, sessions };
  }

  async endSessions(user: AdminUser): Promise<string> {
    const { ended } = await this.store.client.api.revokeUserSessions({ user_id: user.id });
    await this.openSessions(user);
    return `${plural(ended, "session")} of ${user.username} ended.`;
  }

  async #change(user: AdminUser, change: { role?: Role; is_active?: boolean }): Promise<void> {
    const { user: changed } = await this.store.client.api.changeUser({ user_id: user.id, ...change });
    this.users = this.users.map((one) => (one.id === changed.id ? changed : one));
  }

  #query() {
    const { search, role, is_active } = this.store.place.filters;
    return {
      limit: PAGE_SIZE,
      ...(search === undefined ? {} : { search }),
      ...(isRole(role) ? { role } : {}),
      ...(is_active === undefined ? {} : { is_active: is_active === "true" }),
    };
  }
}

export const ROLES: readonly Role[] = ["user", "moderator", "admin"];

const isRole = (text: string | undefined): text is Role => ROLES.some((role) => role === text);
