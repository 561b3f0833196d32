import { MAX_LISTENS } from "../limits.ts";
import { expiredToken, limitExceeded, permissionDenied, RequestError } from "../request-error.ts";
import { type Identity, SIGNED_OUT } from "../rules/identity.ts";
import { type Path, pathText } from "../tree/path.ts";
import { whenExpired } from "./expiry.ts";
import { type ListenOwner, type ListenTarget, Listen } from "./listen.ts";
import { authRevokedMessage } from "./messages.ts";
import { OnDisconnectWrites } from "./on-disconnect.ts";
import type { Namespace } from "../data/namespace.ts";

/** What the server knows of a connected client: who it is, its listens and its onDisconnect writes. */
export class ClientState implements ListenOwner {
  readonly namespace: Namespace;
  readonly onDisconnect = new OnDisconnectWrites();
  readonly send: (message: string) => void;
  readonly #listens = new Map<string, Listen>();
  #identity: Identity = SIGNED_OUT;
  #cancelExpiry = (): void => {};

  constructor(namespace: Namespace, send: (message: string) => void) {
    this.namespace = namespace;
    this.send = send;
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** Signs the client in or out. Listens that the new identity does not allow end; the others are not disturbed. */
  setIdentity(identity: Identity): void {
    this.#identity = identity;
    this.#cancelExpiry();
    this.#cancelExpiry = whenExpired(identity, () => this.#expire());
    for (const listen of this.#listens.values()) listen.recheck();
  }

  /** The SDKs close the connection at the first message, so their listens outlive it. Other clients go on, signed out. */
  #expire(): void {
    this.send(authRevokedMessage(expiredToken()));
    this.setIdentity(SIGNED_OUT);
  }

  /**
   * Starts a listen. It replaces the one with the same path and tag.
   * @param hash of the data that the client has
   * @returns whether the rules lack the index of the query
   * @throws RequestError without the right to read, or with too many listens
   */
  listen(target: ListenTarget, hash: string): boolean {
    const { path, tag } = target;
    const listen = new Listen(this, target);
    if (!listen.isAllowed()) throw permissionDenied();
    this.unlisten(path, tag);
    if (this.#listens.size >= MAX_LISTENS) {
      listen.end();
      throw limitExceeded(`A connection can have ${MAX_LISTENS} listens`);
    }
    this.#listens.set(listenKey(path, tag), listen);
    return listen.start(hash);
  }

  unlisten(path: Path, tag: number | null): void {
    const listen = this.#listens.get(listenKey(path, tag));
    if (listen !== undefined) this.endListen(listen);
  }

  endListen(listen: Listen): void {
    this.#listens.delete(listenKey(listen.target.path, listen.target.tag));
    listen.end();
  }

  /** Ends the listens and applies the onDisconnect writes, as far as rules allow them now. */
  end(): void {
    this.#cancelExpiry();
    for (const listen of this.#listens.values()) listen.end();
    this.#listens.clear();
    for (const changes of this.onDisconnect.take()) {
      try {
        this.namespace.write(changes, this.#identity);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
      }
    }
  }
}

const listenKey = (path: Path, tag: number | null): string => `${tag ?? ""}${pathText(path)}`;
