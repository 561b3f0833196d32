import { randomBytes } from "node:crypto";
import { Refusal } from "../refusal.ts";
import { Session } from "./session.ts";
import type { Databases } from "../data/databases.ts";
import type { Namespace } from "../data/namespace.ts";
import type { Transport } from "./session.ts";

/** The live sessions of the server. */
export class Sessions {
  readonly #databases: Databases;
  readonly #live = new Map<string, Session>();

  constructor(databases: Databases) {
    this.#databases = databases;
  }

  get size(): number {
    return this.#live.size;
  }

  /** The namespace that a connection's URL names, or null when it may not. */
  namespaceOf(url: URL): Namespace | null {
    try {
      return this.#databases.get(url.searchParams.get("ns"));
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  get(id: string): Session | undefined {
    return this.#live.get(id);
  }

  /** A new session. One that the client names as its previous (`ls`) and that we believe alive ends first: its link is dead. */
  open(url: URL, namespace: Namespace, transport: Transport, host: string): Session {
    const previous = this.#live.get(url.searchParams.get("ls") ?? "");
    if (previous !== undefined) this.close(previous);
    const session = new Session(randomBytes(18).toString("base64url"), namespace, transport, host);
    this.#live.set(session.id, session);
    return session;
  }

  /** Ends a session; safe to call again. */
  close(session: Session): void {
    if (!this.#live.delete(session.id)) return;
    session.end();
    session.abort();
  }

  closeAll(): void {
    for (const session of this.#live.values()) this.close(session);
  }
}
