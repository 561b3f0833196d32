export type Stop = () => void;

/** Functions to call after each change. One that throws harms no other: its error is reported as an uncaught one. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  add(listener: (value: T) => void): Stop {
    // A function of its own, so that adding a listener twice and removing it once leaves one.
    const own = (value: T) => listener(value);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  notify(value: T): void {
    for (const listener of this.#listeners) tell(listener, value);
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** Calls a listener of the site. */
export function tell<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch (error) {
    // Only browsers have it.
    const report: unknown = Reflect.get(globalThis, "reportError");
    if (typeof report === "function") report(error);
  }
}
