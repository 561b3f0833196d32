import { SessionStore } from "../../../web/src/session/session-store.ts";
import type { KeyValueStorage } from "../../../web/src/session/storage.ts";
import type { SignedIn } from "../../../web/src/wire.ts";

/** The tabs of one browser. They share a storage, and a change in one tab is an event in the others. */
export class Tabs {
  readonly values: Map<string, string>;
  readonly #tabs: EventTarget[] = [];

  /** @param values of tabs that get no events from these */
  constructor(values = new Map<string, string>()) {
    this.values = values;
  }

  open(): SessionStore {
    const [store] = this.openPage(1);
    return store!;
  }

  /** A page with several clients. What one of them stores is no event in this page. */
  openPage(clients: number): SessionStore[] {
    const tab = new EventTarget();
    this.#tabs.push(tab);
    return Array.from({ length: clients }, () => new SessionStore(this.#storageOf(tab), tab));
  }

  #storageOf(tab: EventTarget): KeyValueStorage {
    const notifyOthers = (key: string) => {
      for (const other of this.#tabs) {
        if (other !== tab) other.dispatchEvent(Object.assign(new Event("storage"), { key }));
      }
    };
    return {
      getItem: (key) => this.values.get(key) ?? null,
      setItem: (key, value) => {
        this.values.set(key, value);
        notifyOthers(key);
      },
      removeItem: (key) => {
        this.values.delete(key);
        notifyOthers(key);
      },
    };
  }
}

/** The response to a sign-in or a refresh. The tokens contain the generation. */
export function signedIn(name: string, generation: number): SignedIn {
  return {
    access_token: `access-${name}-${generation}`,
    token_type: "Bearer",
    expires_in: 900,
    refresh_token: `refresh-${name}-${generation}`,
    refresh_expires_in: 2_592_000,
    firebase_token: "",
    device_token: `device-of-${name}.proof`,
    user: {
      id: name,
      email: `${name}@example.com`,
      username: name,
      role: "user",
      created_at: "2026-01-01T00:00:00.000Z",
    },
    session: { id: `session-${name}`, device_id: "device" },
  };
}
