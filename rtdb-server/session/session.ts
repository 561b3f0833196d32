import { isObject } from "../is-object.ts";
import { MAX_EARLY_MESSAGES, MAX_MESSAGE_LENGTH } from "../limits.ts";
import { RequestError, writeTooBig } from "../request-error.ts";
import { ClientState } from "./client-state.ts";
import {
  END_TRANSMISSION,
  errorMessage,
  greetingMessage,
  PING,
  PONG,
  responseMessage,
  SWITCH_ACKNOWLEDGED,
} from "./messages.ts";
import { handleRequest } from "./requests.ts";
import type { Namespace } from "../data/namespace.ts";
import type { Transport } from "./transport.ts";

/** A transport that the client is about to move to. */
interface Upgrade {
  readonly transport: Transport;
  /** Messages that came over it before the last message over the old transport. */
  readonly earlyMessages: string[];
  earlyLength: number;
}

/**
 * One connection of a client to a namespace: reads its messages and answers its requests.
 *
 * A session can begin with long polling and move to a WebSocket, which the SDK calls an upgrade:
 * 1. The client opens a WebSocket that names the session. The server acknowledges it there (`offerUpgrade`).
 * 2. The client pings there until it trusts the WebSocket. It sends "end transmission" as its last message over the polls, and all
 *    others over the WebSocket. Those can arrive first; then they wait.
 * 3. At the client's "end transmission" the server sends its own as the last message over the polls, and moves too.
 */
export class Session {
  readonly id: string;
  readonly #client: ClientState;
  #transport: Transport;
  #upgrade: Upgrade | null = null;
  #isEnded = false;

  /** Sends the greeting. @param host the `Host` header of the client's request */
  constructor(namespace: Namespace, transport: Transport, { id, host }: { id: string; host: string }) {
    this.id = id;
    this.#transport = transport;
    this.#client = new ClientState(namespace, (message) => this.#send(message));
    this.#send(greetingMessage({ sessionId: id, host }));
  }

  #send(message: string): void {
    if (!this.#isEnded) this.#transport.send(message);
  }

  /** Handles one message of the client. Anything else than a message ends the connection. */
  receive(text: string): void {
    if (this.#isEnded) return;
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return this.#closeWithError("Not JSON");
    }
    if (!isObject(message) || !isObject(message["d"])) return this.#closeWithError("Not a message");
    if (message["t"] === "c") return this.#handleControl(message["d"]);
    if (message["t"] === "d") return this.#handleData(message["d"], text.length);
    return this.#closeWithError("Neither a control nor a data message");
  }

  /** Refuses a message that is too long to be read. @param start its first piece, which names the request */
  refuseTooLong(start: string): void {
    if (this.#isEnded) return;
    const number = /^\{"t":"d","d":\{"r":(\d{1,15}),/.exec(start)?.[1];
    if (number === undefined) return this.#closeWithError("The message is too long");
    const { status, message } = writeTooBig();
    this.#send(responseMessage(Number(number), status, JSON.stringify(message)));
  }

  #handleControl({ t: type }: Record<string, unknown>): void {
    if (type === "p") this.#send(PONG);
    else if (type === "n") this.#completeUpgrade();
  }

  #handleData({ r: number, a: action, b: body }: Record<string, unknown>, length: number): void {
    if (typeof number !== "number" || typeof action !== "string") return this.#closeWithError("Not a request");
    let status = "ok";
    let dataText: string;
    try {
      dataText = handleRequest(this.#client, { action, body: isObject(body) ? body : {}, length });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      status = error.status;
      dataText = JSON.stringify(error.message);
    }
    this.#send(responseMessage(number, status, dataText));
  }

  #closeWithError(reason: string): void {
    this.#send(errorMessage(reason));
    this.#transport.close();
  }

  isCarriedBy(transport: Transport): boolean {
    return this.#transport === transport;
  }

  /** Step 1 of an upgrade. */
  offerUpgrade(transport: Transport): void {
    this.#upgrade = { transport, earlyMessages: [], earlyLength: 0 };
    transport.send(SWITCH_ACKNOWLEDGED);
  }

  /** Handles a message over a transport that was offered as an upgrade. */
  receiveOver(transport: Transport, text: string): void {
    if (this.isCarriedBy(transport)) this.receive(text);
    else if (this.#upgrade?.transport !== transport) transport.close();
    else if (text === PING) transport.send(PONG);
    else if (text !== SWITCH_ACKNOWLEDGED) this.#keepEarly(this.#upgrade, text);
  }

  #keepEarly(upgrade: Upgrade, text: string): void {
    upgrade.earlyMessages.push(text);
    upgrade.earlyLength += text.length;
    if (upgrade.earlyMessages.length <= MAX_EARLY_MESSAGES && upgrade.earlyLength <= MAX_MESSAGE_LENGTH) return;
    this.#upgrade = null;
    upgrade.transport.close();
    this.#closeWithError("Too many messages during an upgrade");
  }

  /** Step 3 of an upgrade. */
  #completeUpgrade(): void {
    if (this.#upgrade === null) return;
    this.#send(END_TRANSMISSION);
    this.#transport.close();
    const { transport, earlyMessages } = this.#upgrade;
    this.#transport = transport;
    this.#upgrade = null;
    for (const text of earlyMessages) this.receive(text);
  }

  /** Ends the session. Its connection may be gone already. Safe to call again. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#client.end();
    this.#transport.abort();
  }
}
