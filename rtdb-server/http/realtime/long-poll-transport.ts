import { randomBytes } from "node:crypto";
import { MAX_UNSENT_BYTES } from "../../limits.ts";
import { SegmentReader } from "./segments.ts";
import type { ServerResponse } from "node:http";
import type { Transport } from "../../session/transport.ts";

/** A session's connection by long polling. Messages wait here until a request of the browser can carry them, as a script. */
export class LongPollTransport implements Transport {
  readonly password = randomBytes(18).toString("base64url");
  readonly segments = new SegmentReader();
  /** Milliseconds. */
  lastPollTime = Date.now();
  /** The number in the names of the page's callbacks. */
  readonly #callback: string;
  readonly #onGone: () => void;
  #messages: string[] = [];
  #messagesLength = 0;
  #sentScripts = 0;
  /** A poll without a response yet. */
  #openPoll: ServerResponse | null = null;
  #isClosed = false;

  /** @param onGone called when the connection has ended, after the call that caused it */
  constructor(callback: string, onGone: () => void) {
    this.#callback = callback;
    this.#onGone = onGone;
  }

  /** Responds to the first request: names the session and its password to the page, and sends the greeting. */
  start(response: ServerResponse, sessionId: string): void {
    sendScript(response, this.#commandCall("start", sessionId, this.password) + this.#messagesCall());
  }

  /** Responds with the waiting messages. If there are none, the poll stays open until there are, or until the next poll comes. */
  poll(response: ServerResponse): void {
    this.lastPollTime = Date.now();
    this.#respondToOpenPoll();
    this.#openPoll = response;
    response.once("close", () => {
      if (this.#openPoll === response) this.#onGone();
    });
    if (this.#messages.length > 0 || this.#isClosed) this.#respondToOpenPoll();
  }

  send(message: string): void {
    this.#messages.push(message);
    this.#messagesLength += message.length;
    if (this.#messagesLength > MAX_UNSENT_BYTES) setImmediate(this.#onGone);
    else if (this.#openPoll !== null) setImmediate(() => this.#respondToOpenPoll());
  }

  /** The response to the next poll tells the page. Until then the session lives. */
  close(): void {
    this.#isClosed = true;
    setImmediate(() => this.#respondToOpenPoll());
  }

  abort(): void {
    this.#isClosed = true;
    this.#respondToOpenPoll();
  }

  #respondToOpenPoll(): void {
    const response = this.#openPoll;
    if (response === null) return;
    this.#openPoll = null;
    const close = this.#isClosed ? this.#commandCall("close") : "";
    sendScript(response, this.#messagesCall() + close);
    if (this.#isClosed) setImmediate(this.#onGone);
  }

  #commandCall(...args: string[]): string {
    return `parent.window["pLPCommand${this.#callback}"](${args.map((arg) => JSON.stringify(arg)).join(",")});`;
  }

  /** Hands the waiting messages to the page. Scripts are numbered from 0 without gaps. */
  #messagesCall(): string {
    const number = this.#sentScripts;
    const messages = this.#messages.join(",");
    this.#sentScripts += 1;
    this.#messages = [];
    this.#messagesLength = 0;
    return `parent.window["pRTLPCB${this.#callback}"](${number},[${messages}]);`;
  }
}

function sendScript(response: ServerResponse, script: string): void {
  response
    .writeHead(200, { "content-type": "application/javascript; charset=utf-8", "cache-control": "no-cache" })
    .end(script);
}
