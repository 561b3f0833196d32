import { randomBytes } from "node:crypto";
import { MAX_UNSENT_BYTES } from "../limits.ts";
import { SegmentReader } from "../session/segments.ts";
import type { ServerResponse } from "node:http";
import type { Transport } from "../session/session.ts";

function script(response: ServerResponse, text: string): void {
  response
    .writeHead(200, { "content-type": "application/javascript; charset=utf-8", "cache-control": "no-cache" })
    .end(text);
}

/** A session's link as polls: messages wait here until a request of the browser can carry them as a script. */
export class Poll implements Transport {
  readonly password = randomBytes(18).toString("base64url");
  readonly segments = new SegmentReader();
  /** Number of the page's callbacks. */
  readonly #callback: string;
  readonly #onGone: () => void;
  #waiting: string[] = [];
  #waitingLength = 0;
  #answers = 0;
  #held: ServerResponse | null = null;
  #closed = false;
  lastSeen = Date.now();

  /** @param onGone called, later than the call that caused it, when the browser has dropped a request that was held for it */
  constructor(callback: string, onGone: () => void) {
    this.#callback = callback;
    this.#onGone = onGone;
  }

  send(message: string): void {
    this.#waiting.push(message);
    this.#waitingLength += message.length;
    if (this.#waitingLength > MAX_UNSENT_BYTES) setImmediate(this.#onGone);
    else if (this.#held !== null) setImmediate(() => this.#flush());
  }

  /** Answers with what is waiting, or holds the request until something is. One held before is let go. */
  answer(response: ServerResponse): void {
    this.lastSeen = Date.now();
    if (this.#held !== null) this.#reply(this.#held);
    this.#held = response;
    response.once("close", () => {
      if (this.#held === response) this.#onGone();
    });
    if (this.#waiting.length > 0 || this.#closed) this.#reply(response);
  }

  /** The first answer: names the session to the page, and greets. */
  start(response: ServerResponse, id: string): void {
    const command = `parent.window["pLPCommand${this.#callback}"]("start",${JSON.stringify(id)},"${this.password}");`;
    script(response, command + this.#batch());
  }

  /** The page is told with the next answer; until then the session lives on. */
  close(): void {
    this.#closed = true;
    setImmediate(() => this.#flush());
  }

  abort(): void {
    this.#closed = true;
    this.#flush();
  }

  #flush(): void {
    if (this.#held !== null) this.#reply(this.#held);
  }

  #reply(response: ServerResponse): void {
    if (this.#held === response) this.#held = null;
    const close = this.#closed ? `parent.window["pLPCommand${this.#callback}"]("close");` : "";
    script(response, this.#batch() + close);
    if (this.#closed) setImmediate(this.#onGone);
  }

  #batch(): string {
    const messages = this.#waiting.join(",");
    this.#waiting = [];
    this.#waitingLength = 0;
    this.#answers += 1;
    return `parent.window["pRTLPCB${this.#callback}"](${this.#answers - 1},[${messages}]);`;
  }
}
