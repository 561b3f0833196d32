import { connect, createServer, type Socket } from "node:net";

/** A TCP proxy on a free port, which can fail as a network does. */
export interface TcpProxy {
  readonly port: number;
  /** Resets every open connection on both sides. */
  cut(): void;
  /** Stops all data on the open connections and leaves them open: a half-open link. */
  freeze(): void;
  /** Resets new connections from now on, or no more. */
  refuse(isRefusing: boolean): void;
  /** Accepts new connections from now on without passing anything on, as a stopped server does; or no more. */
  silence(isSilent: boolean): void;
  /** Passes nothing on for so long on new connections from now on, as a busy server. */
  delay(milliseconds: number): void;
  /** Leads new connections to another port from now on. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

export async function createTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let isRefusingNew = false;
  let isSilentToNew = false;
  let delayMs = 0;
  let port = targetPort;
  const server = createServer((client) => {
    if (isRefusingNew) {
      client.on("error", () => {});
      client.resetAndDestroy();
      return;
    }
    const target = connect(port, "127.0.0.1");
    const pair: [Socket, Socket] = [client, target];
    pairs.add(pair);
    for (const [from, to] of [pair, [target, client] as const]) {
      from.on("error", () => from.destroy());
      from.on("close", () => {
        pairs.delete(pair);
        to.destroy();
      });
      if (isSilentToNew) from.pause();
      else if (delayMs === 0) from.pipe(to);
      else setTimeout(() => from.pipe(to), delayMs);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    cut() {
      for (const [client, target] of pairs) {
        client.resetAndDestroy();
        target.resetAndDestroy();
      }
    },
    freeze() {
      for (const [client, target] of pairs) {
        client.unpipe(target);
        target.unpipe(client);
        client.pause();
        target.pause();
      }
    },
    refuse(isRefusing) {
      isRefusingNew = isRefusing;
    },
    silence(isSilent) {
      isSilentToNew = isSilent;
    },
    delay(milliseconds) {
      delayMs = milliseconds;
    },
    leadTo(next) {
      port = next;
    },
    async close() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
