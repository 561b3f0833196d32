import { type WebSocket, WebSocketServer } from "ws";
import { MAX_FRAME_BYTES, MAX_UNSENT_BYTES } from "../../limits.ts";
import { RequestError } from "../../request-error.ts";
import { RESET, shutdownMessage } from "../../session/messages.ts";
import { FrameReader, MessageTooLong, toFrames } from "./frames.ts";
import { batchWritesOfThisTurn } from "./socket-batch.ts";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Sessions } from "../../session/sessions.ts";
import type { Transport } from "../../session/transport.ts";

/** The status code of RFC 6455 for "the server is overloaded". */
const TRY_AGAIN_LATER = 1013;
const POLICY_VIOLATION = 1008;

const OPTIONS = {
  noServer: true,
  maxPayload: MAX_FRAME_BYTES,
  perMessageDeflate: false,
  // A peer that does not answer that its connection ends loses it then.
  closeTimeout: 5_000,
};

interface Receiver {
  readonly receive: (message: string) => void;
  /** @param start the first piece of a message that is too long */
  readonly refuseTooLong: (start: string) => void;
}

/** The WebSockets at `/.ws`. Each carries one session. */
export class WebSockets {
  readonly #sessions: Sessions;
  readonly #server = new WebSocketServer(OPTIONS);
  /** WebSockets that have not answered the last ping yet. */
  readonly #unanswered = new WeakSet<WebSocket>();
  readonly #pingTimer: NodeJS.Timeout;

  /** @param peerTimeoutMs a peer that answers no ping for this long is gone, even if TCP does not say so */
  constructor(sessions: Sessions, peerTimeoutMs: number) {
    this.#sessions = sessions;
    this.#pingTimer = setInterval(() => this.#pingAll(), peerTimeoutMs / 2);
  }

  #pingAll(): void {
    for (const webSocket of this.#server.clients) {
      if (this.#unanswered.has(webSocket)) webSocket.terminate();
      else {
        this.#unanswered.add(webSocket);
        webSocket.ping();
      }
    }
  }

  /** Handles an HTTP upgrade request. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = URL.parse(request.url ?? "", "http://localhost");
    if (url?.pathname !== "/.ws") {
      socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on("error", () => webSocket.terminate());
      webSocket.on("pong", () => this.#unanswered.delete(webSocket));
      const transport = transportOver(webSocket, socket);
      if (this.#refuseNamespace(url, transport)) return;
      // A client that began with long polling names its session in `s` and moves it here.
      const polledSession = url.searchParams.get("s");
      if (polledSession === null) this.#openSession(webSocket, transport, { url, host: request.headers.host });
      else this.#upgradeSession(webSocket, transport, polledSession);
    });
  }

  /** Tells a client whose namespace is refused. Without a reason an SDK would try again for ever, and say nothing. */
  #refuseNamespace(url: URL, transport: Transport): boolean {
    try {
      this.#sessions.namespaceOf(url);
      return false;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      transport.send(shutdownMessage(error.message));
      transport.close();
      return true;
    }
  }

  #openSession(
    webSocket: WebSocket,
    transport: Transport,
    { url, host = "localhost" }: { url: URL; host: string | undefined },
  ): void {
    try {
      const session = this.#sessions.open(url, transport, host);
      webSocket.on("close", () => this.#sessions.close(session));
      this.#readMessages(webSocket, {
        receive: (message) => session.receive(message),
        refuseTooLong: (start) => session.refuseTooLong(start),
      });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      webSocket.close(TRY_AGAIN_LATER, error.message);
    }
  }

  #upgradeSession(webSocket: WebSocket, transport: Transport, sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) {
      transport.send(RESET);
      transport.close();
      return;
    }
    webSocket.on("close", () => {
      if (session.isCarriedBy(transport)) this.#sessions.close(session);
    });
    this.#readMessages(webSocket, {
      receive: (message) => session.receiveOver(transport, message),
      refuseTooLong: (start) => {
        if (session.isCarriedBy(transport)) session.refuseTooLong(start);
        else webSocket.terminate();
      },
    });
    session.offerUpgrade(transport);
  }

  #readMessages(webSocket: WebSocket, { receive, refuseTooLong }: Receiver): void {
    const frames = new FrameReader();
    webSocket.on("message", (data: Buffer, isBinary) => {
      this.#unanswered.delete(webSocket);
      const isClosing = webSocket.readyState !== webSocket.OPEN;
      if (isClosing) return;
      try {
        if (isBinary) throw new RangeError("Binary frame");
        const message = frames.read(data.toString());
        if (message !== null) receive(message);
      } catch (error) {
        if (error instanceof MessageTooLong) return refuseTooLong(error.start);
        if (!(error instanceof RangeError)) console.error("rtdb: a message failed", error);
        webSocket.terminate();
      }
    });
  }

  close(): void {
    clearInterval(this.#pingTimer);
    for (const webSocket of this.#server.clients) webSocket.terminate();
    this.#server.close();
  }
}

function transportOver(webSocket: WebSocket, socket: Duplex): Transport {
  return {
    send: (message) => {
      batchWritesOfThisTurn(socket);
      for (const frame of toFrames(message)) webSocket.send(frame);
      if (webSocket.bufferedAmount > MAX_UNSENT_BYTES) webSocket.terminate();
    },
    close: () => webSocket.close(POLICY_VIOLATION),
    abort: () => webSocket.terminate(),
  };
}
