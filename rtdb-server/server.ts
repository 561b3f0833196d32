import { createServer } from "node:http";
import { Namespaces } from "./data/namespaces.ts";
import { LongPolls } from "./http/realtime/long-polls.ts";
import { WebSockets } from "./http/realtime/web-sockets.ts";
import { Router } from "./http/router.ts";
import { Sessions } from "./session/sessions.ts";

export interface RtdbOptions {
  /** The address to listen on. Default: loopback. */
  readonly host?: string;
  /** Default: 0, any free port. */
  readonly port?: number;
  /** The text of a rules file for every new namespace. Default: everybody can read and write, as in the official emulator. */
  readonly rules?: string;
  /** Requests that name no namespace go to `<project>-default-rtdb`. */
  readonly project?: string;
  /** A client that sends nothing for this long is taken as gone, and its session ends. It only has to answer pings. */
  readonly peerTimeoutMs?: number;
}

export interface RtdbServer {
  readonly host: string;
  readonly port: number;
  readonly namespaces: Namespaces;
  /** Ends every connection and stops listening. onDisconnect writes are done first. */
  close(): Promise<void>;
}

const DEFAULT_PEER_TIMEOUT_MS = 60_000;
/** How long an idle HTTP connection is kept. After Node's 5 s, a server that was stalled closes one on which a request waits already. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Starts a Realtime Database server that Firebase SDKs can use like the official emulator.
 * @throws RequestError for bad rules (with line and column), and the system's error if the port is in use
 */
export async function startRtdbServer(options: RtdbOptions = {}): Promise<RtdbServer> {
  const { host = "127.0.0.1", port = 0, project = "demo-project" } = options;
  const peerTimeoutMs = options.peerTimeoutMs ?? DEFAULT_PEER_TIMEOUT_MS;
  const namespaces = new Namespaces(`${project}-default-rtdb`, options.rules ?? null);
  const sessions = new Sessions(namespaces);
  const webSockets = new WebSockets(sessions, peerTimeoutMs);
  const longPolls = new LongPolls(sessions, peerTimeoutMs);
  const router = new Router(namespaces, longPolls);
  const http = createServer((request, response) => void router.handle(request, response));
  http.keepAliveTimeout = KEEP_ALIVE_MS;
  http.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    webSockets.upgrade(request, socket, head);
  });
  http.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, resolve);
  });
  const address = http.address();
  return {
    host,
    port: typeof address === "object" && address !== null ? address.port : 0,
    namespaces,
    close: async () => {
      sessions.closeAll();
      webSockets.close();
      longPolls.close();
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeAllConnections();
      await closed;
    },
  };
}
