import { Listeners, type Stop } from "../listeners.ts";
import type { Outbox } from "./outbox.ts";

/** The outbox, whose code is loaded when somebody is signed in. */
export interface LazyOutbox {
  /** Undefined until it is loaded. */
  loaded: () => Outbox | undefined;
  load: () => Promise<Outbox>;
  subscribe: (listener: () => void) => Stop;
  close: () => Promise<void>;
}

export function lazyOutbox(create: () => Promise<Outbox>): LazyOutbox {
  const listeners = new Listeners<void>();
  let outbox: Outbox | undefined;
  let loading: Promise<Outbox> | undefined;
  let isClosed = false;

  const load = async (): Promise<Outbox> => {
    const created = await create();
    outbox = created;
    created.subscribe(() => listeners.notify());
    if (isClosed) await created.close();
    listeners.notify();
    return created;
  };
  return {
    loaded: () => outbox,
    load: async () => {
      loading ??= load().catch((error: unknown) => {
        // The code could not be loaded: offline, perhaps.
        loading = undefined;
        throw error;
      });
      return loading;
    },
    subscribe: (listener) => listeners.add(listener),
    close: async () => {
      isClosed = true;
      await outbox?.close();
    },
  };
}
