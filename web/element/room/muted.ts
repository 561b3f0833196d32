import { readStored, writeStored } from "./store.ts";

export interface Person {
  id: string;
  username: string;
}

const KEY = "live-comments.muted";
/** The one who was muted longest ago makes room. */
const MAX_MUTED = 200;

/** Whose comments this browser does not show. */
export class Muted {
  #people: readonly Person[] = read();

  get people(): readonly Person[] {
    return this.#people;
  }

  has(userId: string): boolean {
    return this.#people.some(({ id }) => id === userId);
  }

  add({ id, username }: Person): void {
    this.#write([{ id, username }, ...this.#people.filter((person) => person.id !== id)].slice(0, MAX_MUTED));
  }

  remove(userId: string): void {
    this.#write(this.#people.filter(({ id }) => id !== userId));
  }

  #write(people: readonly Person[]): void {
    this.#people = people;
    writeStored(KEY, people);
  }
}

function read(): Person[] {
  const stored = readStored(KEY);
  return Array.isArray(stored) ? stored.filter(isPerson) : [];
}

function isPerson(value: unknown): value is Person {
  return typeof value === "object" && value !== null && "id" in value && "username" in value;
}
