import { createServer } from "node:http";
import { Databases } from "./data/databases.ts";
import { handleHttp } from "./http/handle.ts";
import { LongPolls } from "./http/long-poll.ts";
import { Sockets } from "./http/socket.ts";
import { Sessions } from "./session/sessions.ts";

export interface RtdbOptions {
  /** The address to listen on; loopback unless told. */
  readonly host?: string;
  /** 0 = any free port. */
  readonly port?: number;
  /** The text of a rules file, given to every new namespace; none = open, as the official emulator. */
  readonly rules?: string;
  /** The project whose `<project>-default-rtdb` serves requests that name no namespace. */
  readonly project?: string;
  /** How long a peer may leave a ping unanswered before its session ends, in ms. */
  readonly halfOpenMs?: number;
}

export interface RtdbServer {
  readonly host: string;
  readonly port: number;
  readonly databases: Databases;
  /** Live realtime sessions. */
  sessionCount(): number;
  /** Ends every connection and stops listening; onDisconnect writes are done first. */
  close(): Promise<void>;
}

const HALF_OPEN_MS = 60_000;

/**
 * Starts a Realtime Database server that the Firebase SDKs take for the emulator.
 * @throws Refusal for bad rules (line and column), and the system's error when the port is taken
 */
export async function startRtdbServer(options: RtdbOptions = {}): Promise<RtdbServer> {
  const host = options.host ?? "127.0.0.1";
  const databases = new Databases(`${options.project ?? "demo-project"}-default-rtdb`, options.rules ?? null);
  const sessions = new Sessions(databases);
  const sockets = new Sockets(sessions, options.halfOpenMs ?? HALF_OPEN_MS);
  const longPolls = new LongPolls(sessions, options.halfOpenMs ?? HALF_OPEN_MS);
  const http = createServer((request, response) => void handleHttp(request, response, databases, longPolls));
  http.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    sockets.upgrade(request, socket, head);
  });
  http.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(options.port ?? 0, host, resolve);
  });
  const address = http.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    host,
    port,
    databases,
    sessionCount: () => sessions.size,
    close: async () => {
      sessions.closeAll();
      sockets.close();
      longPolls.close();
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeAllConnections();
      await closed;
    },
  };
}
