import { isObject } from "../is-object.ts";
import { Refusal } from "../refusal.ts";
import { pathText } from "../tree/path.ts";
import { NOBODY } from "./credentials.ts";
import { OnDisconnect } from "./on-disconnect.ts";
import { answer } from "./requests.ts";
import type { Namespace } from "../data/namespace.ts";
import type { Identity } from "../rules/access.ts";
import type { Path } from "../tree/path.ts";
import type { Listen } from "./listen.ts";

/** What carries a session's messages: a WebSocket, or polls. Closing it ends the session later, never within the call. */
export interface Transport {
  send(message: string): void;
  close(): void;
  /** Ends the link at once, without waiting for the other side. */
  abort(): void;
}

/** Of a link that is being moved to only these are known; any other message waits for the move. */
const PING = '{"t":"c","d":{"t":"p","d":{}}}';
const ACKNOWLEDGED = '{"t":"c","d":{"t":"a","d":{}}}';
const PONG = '{"t":"c","d":{"t":"o","d":null}}';

/** One connection of a client: whom it speaks for, what it listens to, and what is to be done when it ends. */
export class Session {
  readonly id: string;
  readonly namespace: Namespace;
  readonly onDisconnect = new OnDisconnect();
  identity: Identity = NOBODY;
  #transport: Transport;
  /** A better link that the client is about to move to, and the messages that came over it early. */
  #upgrade: { transport: Transport; early: string[] } | null = null;
  readonly #listens = new Map<string, Listen>();
  #ended = false;

  /** Greets at once. @param host that the client shall connect to next time: its own Host header */
  constructor(id: string, namespace: Namespace, transport: Transport, host: string) {
    this.id = id;
    this.namespace = namespace;
    this.#transport = transport;
    this.send(JSON.stringify({ t: "c", d: { t: "h", d: { ts: Date.now(), v: "5", h: host, s: id } } }));
  }

  send(message: string): void {
    if (!this.#ended) this.#transport.send(message);
  }

  /** One message of the client, whole. A message that is none ends the connection, and nothing else. */
  receive(text: string): void {
    if (this.#ended) return;
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return this.#fail("Not JSON");
    }
    if (!isObject(message) || !isObject(message["d"])) return this.#fail("Not a message");
    if (message["t"] === "c") return this.#control(message["d"]);
    if (message["t"] === "d") return this.#request(message["d"]);
    return this.#fail("Neither control nor data");
  }

  #control(control: Record<string, unknown>): void {
    if (control["t"] === "p") this.send(PONG);
    else if (control["t"] === "n") this.#move();
  }

  isCarriedBy(transport: Transport): boolean {
    return this.#transport === transport;
  }

  /** The client has opened a better link for this session; it moves when it has seen that the link works. */
  offer(transport: Transport): void {
    this.#upgrade = { transport, early: [] };
    transport.send('{"t":"c","d":{"t":"a","d":{}}}');
  }

  /** A message over the link that `offer` was given. Requests wait until the client's last message over the old link is done. */
  receiveOver(transport: Transport, text: string): void {
    if (this.isCarriedBy(transport)) this.receive(text);
    else if (this.#upgrade?.transport !== transport) transport.close();
    else if (text === PING) transport.send(PONG);
    else if (text !== ACKNOWLEDGED) this.#upgrade.early.push(text);
  }

  /** The client's end of transmission: our own goes back as the last message over the old link. */
  #move(): void {
    if (this.#upgrade === null) return;
    this.send('{"t":"c","d":{"t":"n","d":{}}}');
    this.#transport.close();
    const { transport, early } = this.#upgrade;
    this.#transport = transport;
    this.#upgrade = null;
    for (const text of early) this.receive(text);
  }

  #request(request: Record<string, unknown>): void {
    const { r, a, b } = request;
    if (typeof r !== "number" || typeof a !== "string") return this.#fail("Not a request");
    let status = "ok";
    let data: string;
    try {
      data = answer(this, a, isObject(b) ? b : {});
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      status = error.status;
      data = JSON.stringify(error.message);
    }
    this.send(`{"t":"d","d":{"r":${r},"b":{"s":"${status}","d":${data}}}}`);
  }

  #fail(reason: string): void {
    this.send(JSON.stringify({ t: "c", d: { t: "e", d: reason } }));
    this.#transport.close();
  }

  /** Another identity on a live connection: only listens that lost their right end. */
  become(identity: Identity): void {
    this.identity = identity;
    for (const listen of this.#listens.values()) listen.recheck();
  }

  /** A listen at the same place with the same tag replaces the earlier. */
  keep(listen: Listen): void {
    this.unlisten(listen.path, listen.tag);
    this.#listens.set(listenKey(listen.path, listen.tag), listen);
  }

  drop(listen: Listen): void {
    this.#listens.delete(listenKey(listen.path, listen.tag));
    listen.end();
  }

  unlisten(path: Path, tag: number | null): void {
    const listen = this.#listens.get(listenKey(path, tag));
    if (listen !== undefined) this.drop(listen);
  }

  abort(): void {
    this.#transport.abort();
  }

  /** The connection is gone, however it went: its listens end, and its onDisconnect writes are done once, judged by the rules as of now. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const listen of this.#listens.values()) listen.end();
    this.#listens.clear();
    for (const changes of this.onDisconnect.take()) {
      try {
        this.namespace.write(changes, this.identity);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }
  }
}

const listenKey = (path: Path, tag: number | null): string => `${tag ?? ""}${pathText(path)}`;
