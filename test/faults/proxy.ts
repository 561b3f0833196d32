import type { Socket } from "node:net";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";

/**
 * - `pass`: as if it were not there.
 * - `refuse`: no connection is taken, and none is kept.
 * - `blackhole`: connections are taken and nothing comes through, either way.
 * - `delay`: each piece, each way, comes `delay` ms later.
 * - `swallow`: requests come through, replies do not.
 */
export type Mode = "pass" | "refuse" | "blackhole" | "delay" | "swallow";

export interface Proxy {
  readonly port: number;
  set(mode: Mode): void;
  /** Ends every connection. */
  cut(): void;
  /**
   * Waits for a request that has `text` in it, lets it through, and at the first byte of its reply, which is kept back, calls
   * `onApplied` and ends the connection: applied, and nobody was told.
   */
  applyThenCut(text: string, onApplied: () => void): void;
  close(): void;
}

const DELAY = 150;

/** A TCP proxy to 127.0.0.1:`target`, with faults. */
export async function startProxy(target: number): Promise<Proxy> {
  let mode: Mode = "pass";
  let trap: { text: string; onApplied: () => void } | undefined;
  const sockets = new Set<Socket>();

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };

  function later(piece: Buffer, to: Socket): void {
    if (mode === "delay") setTimeout(() => to.write(piece), DELAY);
    else to.write(piece);
  }

  const server = createServer((client) => {
    if (mode === "refuse") {
      client.destroy();
      return;
    }
    const upstream = connect(target, "127.0.0.1");
    let sprung: (() => void) | undefined;
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on("error", () => {});
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    client.on("data", (piece) => {
      if (mode === "blackhole") return;
      if (trap && piece.includes(trap.text)) {
        sprung = trap.onApplied;
        trap = undefined;
      }
      later(piece, upstream);
    });
    upstream.on("data", (piece) => {
      if (mode === "blackhole" || mode === "swallow") return;
      if (sprung) {
        sprung();
        client.destroy();
        return;
      }
      later(piece, client);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      mode = next;
      // A connection that lost some of its bytes is of no more use.
      if (next === "refuse" || next === "pass") cut();
    },
    cut,
    applyThenCut(text, onApplied) {
      trap = { text, onApplied };
    },
    close() {
      server.close();
      cut();
    },
  };
}
