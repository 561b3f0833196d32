import { forgetUnstored, readStored, writeStored } from "./store.ts";

export interface Person {
  id: string;
  username: string;
}

const KEY = "live-comments.muted";
/** The one who was muted longest ago makes room. */
const MAX_MUTED = 200;

/** Whose comments this browser does not show: the same in all its tabs, and in all elements of a page. */
export class Muted {
  readonly #page: EventTarget;
  readonly #ending = new AbortController();
  #people: readonly Person[] = read();

  /** @param page the target of other tabs' `storage` events: `window` */
  constructor(page: EventTarget, onChange: () => void) {
    this.#page = page;
    const follow = (event: Event) => {
      // The key is null when everything was cleared.
      if ("key" in event && event.key !== null && event.key !== KEY) return;
      if (event.type === "storage") forgetUnstored(KEY);
      this.#people = read();
      onChange();
    };
    for (const type of ["storage", KEY]) page.addEventListener(type, follow, { signal: this.#ending.signal });
  }

  get people(): readonly Person[] {
    return this.#people;
  }

  has(userId: string): boolean {
    return this.#people.some(({ id }) => id === userId);
  }

  add({ id, username }: Person): void {
    this.#write([{ id, username }, ...read().filter((person) => person.id !== id)].slice(0, MAX_MUTED));
  }

  remove(userId: string): void {
    this.#write(read().filter(({ id }) => id !== userId));
  }

  close(): void {
    this.#ending.abort();
  }

  #write(people: readonly Person[]): void {
    writeStored(KEY, people);
    this.#page.dispatchEvent(new Event(KEY));
  }
}

function read(): Person[] {
  const stored = readStored(KEY);
  return Array.isArray(stored) ? stored.filter(isPerson) : [];
}

function isPerson(value: unknown): value is Person {
  return typeof value === "object" && value !== null && "id" in value && "username" in value;
}
