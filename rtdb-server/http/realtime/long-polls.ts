import { invalidData, RequestError } from "../../request-error.ts";
import { shutdownMessage } from "../../session/messages.ts";
import { LongPollTransport } from "./long-poll-transport.ts";
import type { Session } from "../../session/session.ts";
import type { Sessions } from "../../session/sessions.ts";
import type { Exchange } from "../exchange.ts";

interface PolledSession {
  readonly session: Session;
  readonly transport: LongPollTransport;
}

/**
 * Long polling at `/.lp`. A browser begins with it when its last WebSocket failed, and moves to a WebSocket as soon as one works.
 */
export class LongPolls {
  readonly #sessions: Sessions;
  readonly #polled = new Map<string, PolledSession>();
  readonly #timeoutTimer: NodeJS.Timeout;

  /** @param peerTimeoutMs a browser that has not polled for this long is gone. A live one polls every 25 s */
  constructor(sessions: Sessions, peerTimeoutMs: number) {
    this.#sessions = sessions;
    this.#timeoutTimer = setInterval(() => this.#endSilent(peerTimeoutMs), peerTimeoutMs / 2);
  }

  #endSilent(peerTimeoutMs: number): void {
    for (const polled of this.#polled.values()) {
      if (polled.transport.lastPollTime < Date.now() - peerTimeoutMs) this.#end(polled);
    }
  }

  handle(exchange: Exchange): void {
    if (exchange.parameter("start") === "t") return this.#start(exchange);
    const polled = this.#polledSession(exchange);
    if (exchange.parameter("dframe") === "t") return sendUnloadPage(exchange, polled);
    if (exchange.parameter("disconn") === "t") {
      this.#end(polled);
      exchange.response.writeHead(204).end();
      return;
    }
    this.#receive(exchange, polled);
    polled.transport.poll(exchange.response);
  }

  #start(exchange: Exchange): void {
    const callback = exchange.parameter("cb") ?? "";
    if (!/^\d{0,9}$/.test(callback)) throw invalidData("Bad callback number");
    if (this.#refuseNamespace(exchange, callback)) return;
    const transport = new LongPollTransport(callback, () => this.#end({ session, transport }));
    const session = this.#sessions.open(exchange.url, transport, exchange.request.headers.host ?? "localhost");
    this.#polled.set(session.id, { session, transport });
    transport.start(exchange.response, session.id);
  }

  /** Tells a client whose namespace is refused. Without a reason an SDK would try again for ever, and say nothing. */
  #refuseNamespace({ url, response }: Exchange, callback: string): boolean {
    try {
      this.#sessions.namespaceOf(url);
      return false;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const transport = new LongPollTransport(callback, () => {});
      transport.send(shutdownMessage(error.message));
      transport.start(response, "refused");
      return true;
    }
  }

  #polledSession(exchange: Exchange): PolledSession {
    const polled = this.#polled.get(exchange.parameter("id") ?? "");
    if (polled === undefined || polled.transport.password !== exchange.parameter("pw")) {
      throw invalidData("No such session");
    }
    return polled;
  }

  #receive(exchange: Exchange, polled: PolledSession): void {
    const { session, transport } = polled;
    try {
      for (const message of transport.segments.read(exchange.url.searchParams)) session.receive(message);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#end(polled);
      throw invalidData(error.message);
    }
  }

  /** Ends the polling. The session ends too, unless it has moved to a WebSocket. */
  #end({ session, transport }: PolledSession): void {
    this.#polled.delete(session.id);
    if (session.isCarriedBy(transport)) this.#sessions.close(session);
  }

  close(): void {
    clearInterval(this.#timeoutTimer);
  }
}

/** A page for a hidden frame. It ends the session when the browser leaves. */
function sendUnloadPage({ response }: Exchange, { session, transport }: PolledSession): void {
  const url = `/.lp?disconn=t&id=${session.id}&pw=${transport.password}`;
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><script>addEventListener("pagehide", () => navigator.sendBeacon("${url}"));</script>`);
}
