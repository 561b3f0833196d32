import { AUDIT_ACTIONS } from "../../../functions/src/contract/operation.ts";
import type { AuditEntry } from "../../src/index.ts";
import type { Console } from "../console.ts";

const PAGE_SIZE = 50;

/** The entries of the audit log that the address asks for. */
export class AuditTab {
  readonly store: Console;
  entries: readonly AuditEntry[] = [];
  cursor: string | null = null;
  isLoaded = false;

  constructor(store: Console) {
    this.store = store;
  }

  async load(): Promise<void> {
    const { place } = this.store;
    const page = await this.store.client.api.listAuditEntries(this.#query());
    // Somebody has asked for something else meanwhile.
    if (this.store.place !== place) return;
    this.entries = page.entries;
    this.cursor = page.next_cursor;
    this.isLoaded = true;
  }

  async loadMore(): Promise<void> {
    const { cursor } = this;
    if (cursor === null) return;
    const { place } = this.store;
    const page = await this.store.client.api.listAuditEntries({ ...this.#query(), cursor });
    if (this.store.place !== place || this.cursor !== cursor) return;
    this.entries = [...this.entries, ...page.entries];
    this.cursor = page.next_cursor;
  }

  #query() {
    const { action: name, actor_id, target_id, from, to } = this.store.place.filters;
    const action = AUDIT_ACTIONS.find((known) => known === name);
    return {
      limit: PAGE_SIZE,
      ...(action === undefined ? {} : { action }),
      ...(actor_id === undefined ? {} : { actor_id }),
      ...(target_id === undefined ? {} : { target_id }),
      ...(isTime(from) ? { from: new Date(from).toISOString() } : {}),
      ...(isTime(to) ? { to: new Date(to).toISOString() } : {}),
    };
  }
}

/** An address may be written by hand. */
function isTime(text: string | undefined): text is string {
  return text !== undefined && !Number.isNaN(Date.parse(text));
}
