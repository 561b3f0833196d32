import { type Socket, type AddressInfo, connect, createServer } from "node:net";

/**
 * - `pass`: everything gets through.
 * - `refuse`: open connections are closed, new ones too.
 * - `blackhole`: connections are accepted, but nothing gets through in either direction.
 * - `delay`: each piece of data arrives 150 ms late, in both directions.
 * - `crawl`: the same by 1 s, as with a slow disk.
 * - `swallow`: requests get through, replies do not.
 * - `stop`: connections are accepted and stay open; all data waits until the mode ends, as with a stopped process.
 */
export type Mode = "pass" | "refuse" | "blackhole" | "delay" | "crawl" | "swallow" | "stop";

export interface Proxy {
  readonly port: number;
  setMode(mode: Mode): void;
  /** Closes every connection. */
  cut(): void;
  /** From now on nothing gets through on the open connections, and they are never closed. New ones are not affected. */
  abandon(): void;
  /**
   * From now on, every request on the open connections that the pattern matches gets this reply, as from a server that others have
   * replaced. New connections lead to the server.
   */
  replaceServer(pattern: RegExp, reply: Buffer): void;
  /**
   * Waits for a request that contains the pattern and lets it through. At the first byte of its reply it calls `onReply` and closes the
   * connection, so the client does not learn what became of the request.
   */
  loseReply(pattern: RegExp, onReply: () => void): void;
  /** Waits for a request that contains the pattern, and holds it back from there on. */
  holdBack(pattern: RegExp): Promise<HeldRequest>;
  close(): void;
}

export interface HeldRequest {
  /** Whether the client has closed its connection. */
  isAbandoned(): boolean;
  /** Sends the request to the server, whether or not the client still waits for the reply. */
  release(): void;
}

const DELAYS_MS: Partial<Record<Mode, number>> = { delay: 150, crawl: 1_000 };

/** A connection through the proxy. */
interface Pair {
  client: Socket;
  server: Socket;
  onReply?: () => void;
  /** The pieces of a request that is held back. */
  held?: Buffer[];
  isAbandoned?: boolean;
  replaced?: { pattern: RegExp; reply: Buffer };
}

interface Trap {
  pattern: RegExp;
  catch(pair: Pair): void;
}

/** Starts a TCP proxy to a port of this machine. */
export async function startProxy(targetPort: number): Promise<Proxy> {
  let mode: Mode = "pass";
  let trap: Trap | undefined;
  const sockets = new Set<Socket>();
  const pairs = new Set<Pair>();

  function cut(): void {
    for (const pair of pairs) {
      if (pair.isAbandoned) continue;
      pair.client.destroy();
      pair.server.destroy();
    }
  }

  function pass(piece: Buffer, to: Socket): void {
    const delayMs = DELAYS_MS[mode];
    if (delayMs !== undefined) setTimeout(() => to.write(piece), delayMs);
    else to.write(piece);
  }

  function onRequest(pair: Pair, piece: Buffer): void {
    if (mode === "blackhole" || pair.isAbandoned) return;
    if (pair.replaced?.pattern.test(piece.toString("latin1"))) {
      pair.client.write(pair.replaced.reply);
      return;
    }
    if (trap?.pattern.test(piece.toString("latin1"))) {
      const sprung = trap;
      trap = undefined;
      sprung.catch(pair);
    }
    if (pair.held) pair.held.push(piece);
    else pass(piece, pair.server);
  }

  function onReply(pair: Pair, piece: Buffer): void {
    if (mode === "blackhole" || mode === "swallow" || pair.isAbandoned) return;
    if (pair.onReply) {
      pair.onReply();
      pair.client.destroy();
    } else if (pair.client.destroyed) pair.server.destroy();
    else pass(piece, pair.client);
  }

  function onConnection(client: Socket): void {
    if (mode === "refuse") {
      client.destroy();
      return;
    }
    const pair: Pair = { client, server: connect(targetPort, "127.0.0.1") };
    for (const socket of [pair.client, pair.server]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // An error is followed by "close".
      socket.on("error", () => {});
      if (mode === "stop") socket.pause();
    }
    pairs.add(pair);
    client.on("data", (piece) => onRequest(pair, piece));
    pair.server.on("data", (piece) => onReply(pair, piece));
    client.on("close", () => {
      sockets.delete(client);
      pairs.delete(pair);
      if (!pair.held) pair.server.destroy();
    });
    pair.server.on("close", () => {
      sockets.delete(pair.server);
      client.destroy();
    });
  }

  const server = createServer(onConnection);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    setMode(next) {
      const isStopEnding = mode === "stop" && next === "pass";
      mode = next;
      for (const socket of sockets) {
        if (next === "stop") socket.pause();
        else socket.resume();
      }
      // A connection that lost some of its bytes is of no more use.
      if (next === "refuse" || (next === "pass" && !isStopEnding)) cut();
    },
    cut,
    abandon() {
      for (const pair of pairs) pair.isAbandoned = true;
    },
    replaceServer(pattern, reply) {
      for (const pair of pairs) pair.replaced = { pattern, reply };
    },
    loseReply(pattern, onReply) {
      trap = { pattern, catch: (pair) => void (pair.onReply = onReply) };
    },
    holdBack(pattern) {
      return new Promise((resolve) => {
        const hold = (pair: Pair) => {
          const pieces: Buffer[] = [];
          pair.held = pieces;
          resolve({
            isAbandoned: () => pair.client.destroyed,
            release() {
              for (const piece of pieces) pair.server.write(piece);
              delete pair.held;
            },
          });
        };
        trap = { pattern, catch: hold };
      });
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
