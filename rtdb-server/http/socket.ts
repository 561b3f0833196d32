import { MAX_FRAME_BYTES, MAX_UNSENT_BYTES } from "../limits.ts";
import { corkForThisTurn } from "./cork.ts";
import { FrameReader, toFrames } from "../session/frames.ts";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Sessions } from "../session/sessions.ts";
import type { Transport } from "../session/session.ts";

/** WebSockets at `/.ws`: each carries one session. */
export class Sockets {
  readonly #sessions: Sessions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  readonly #silent = new WeakSet<WebSocket>();
  readonly #heartbeat: NodeJS.Timeout;

  /** @param halfOpenMs a peer that has not answered a ping for this long is gone, though TCP has not said so */
  constructor(sessions: Sessions, halfOpenMs: number) {
    this.#sessions = sessions;
    this.#heartbeat = setInterval(() => this.#ping(), halfOpenMs / 2);
  }

  #ping(): void {
    for (const socket of this.#server.clients) {
      if (this.#silent.has(socket)) socket.terminate();
      else {
        this.#silent.add(socket);
        socket.ping();
      }
    }
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = URL.canParse(request.url ?? "", "http://localhost")
      ? new URL(request.url ?? "", "http://localhost")
      : null;
    const namespace = url?.pathname === "/.ws" ? this.#sessions.namespaceOf(url) : null;
    if (url === null || namespace === null) {
      socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const transport = transportOver(webSocket, socket);
      webSocket.on("error", () => webSocket.terminate());
      webSocket.on("pong", () => this.#silent.delete(webSocket));
      // A client that began with polls names its session in `s` and moves it here.
      const polled = url.searchParams.get("s");
      if (polled !== null) {
        this.#upgradeSession(webSocket, transport, polled);
        return;
      }
      const session = this.#sessions.open(url, namespace, transport, request.headers.host ?? "localhost");
      webSocket.on("close", () => this.#sessions.close(session));
      this.#read(webSocket, (message) => session.receive(message));
    });
  }

  #upgradeSession(webSocket: WebSocket, transport: Transport, id: string): void {
    const session = this.#sessions.get(id);
    if (session === undefined) {
      transport.send('{"t":"c","d":{"t":"r","d":""}}');
      transport.close();
      return;
    }
    webSocket.on("close", () => {
      if (session.isCarriedBy(transport)) this.#sessions.close(session);
    });
    this.#read(webSocket, (message) => session.receiveOver(transport, message));
    session.offer(transport);
  }

  #read(webSocket: WebSocket, receive: (message: string) => void): void {
    const frames = new FrameReader();
    webSocket.on("message", (data: Buffer, isBinary) => {
      this.#silent.delete(webSocket);
      if (webSocket.readyState !== webSocket.OPEN) return; // being closed: nothing more is done for it
      try {
        if (isBinary) throw new RangeError("binary frame");
        const message = frames.read(data.toString());
        if (message !== null) receive(message);
      } catch (error) {
        if (!(error instanceof RangeError)) console.error("rtdb: message failed", error);
        webSocket.terminate();
      }
    });
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }
}

function transportOver(webSocket: WebSocket, socket: Duplex): Transport {
  return {
    send: (message) => {
      corkForThisTurn(socket);
      for (const frame of toFrames(message)) webSocket.send(frame);
      if (webSocket.bufferedAmount > MAX_UNSENT_BYTES) webSocket.terminate();
    },
    close: () => webSocket.close(1008),
    abort: () => webSocket.terminate(),
  };
}
