import { randomBytes } from "node:crypto";
import { MAX_SESSIONS } from "../limits.ts";
import { limitExceeded } from "../request-error.ts";
import { Session } from "./session.ts";
import type { Namespace } from "../data/namespace.ts";
import type { Namespaces } from "../data/namespaces.ts";
import type { Transport } from "./transport.ts";

/** The live sessions of the server. */
export class Sessions {
  readonly #namespaces: Namespaces;
  readonly #maxSessions: number;
  readonly #live = new Map<string, Session>();

  constructor(namespaces: Namespaces, maxSessions = MAX_SESSIONS) {
    this.#namespaces = namespaces;
    this.#maxSessions = maxSessions;
  }

  /** The namespace that the URL of a connection names. @throws RequestError for an invalid one */
  namespaceOf(url: URL): Namespace {
    return this.#namespaces.get(url.searchParams.get("ns"));
  }

  get(id: string): Session | undefined {
    return this.#live.get(id);
  }

  /**
   * Opens a session over a transport. A client that comes back names its previous session in `ls`. If that seems alive, its
   * connection is half-open, and it ends first.
   * @param host the `Host` header of the client's request
   * @throws RequestError if there are too many sessions
   */
  open(url: URL, transport: Transport, host: string): Session {
    const namespace = this.namespaceOf(url);
    const previous = this.#live.get(url.searchParams.get("ls") ?? "");
    if (previous !== undefined) this.close(previous);
    if (this.#live.size >= this.#maxSessions)
      throw limitExceeded(`The server has ${this.#maxSessions} connections already`);
    const session = new Session(namespace, transport, { id: randomBytes(18).toString("base64url"), host });
    this.#live.set(session.id, session);
    return session;
  }

  /** Ends a session. Safe to call again. */
  close(session: Session): void {
    if (this.#live.delete(session.id)) session.end();
  }

  closeAll(): void {
    for (const session of this.#live.values()) this.close(session);
  }
}
