import { loadCode } from "../http/load-code.ts";
import { Listeners, type Stop } from "../listeners.ts";
import { loadOnce } from "../load-once.ts";
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
  let isClosed = false;

  const load = loadOnce(async () => {
    const created = await loadCode(create);
    outbox = created;
    created.subscribe(() => listeners.notify());
    if (isClosed) await created.close();
    listeners.notify();
    return created;
  });
  return {
    loaded: () => outbox,
    load,
    subscribe: (listener) => listeners.add(listener),
    close: async () => {
      isClosed = true;
      await outbox?.close();
    },
  };
}
