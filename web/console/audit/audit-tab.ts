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
    const page = await this.store.client.api.listAuditEntries(this.#query());
    this.entries = page.entries;
    this.cursor = page.next_cursor;
    this.isLoaded = true;
  }

  async loadMore(): Promise<void> {
    if (this.cursor === null) return;
    const page = await this.store.client.api.listAuditEntries({ ...this.#query(), cursor: this.cursor });
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
      ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
      ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
    };
  }
}
