import { WebSocket } from "ws";

/** A connection that does no more than it must, so that the server is what is measured. */
export class BenchClient {
  readonly socket: WebSocket;
  readonly #waiting = new Map<number, () => void>();
  #next = 0;
  onPush: () => void = () => {};

  private constructor(url: string) {
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.on("message", (data: Buffer) => {
      const number = /^\{"t":"d","d":\{"r":(\d+)/.exec(data.toString("latin1", 0, 40))?.[1];
      if (number === undefined) {
        this.onPush();
        return;
      }
      const done = this.#waiting.get(Number(number));
      this.#waiting.delete(Number(number));
      done?.();
    });
  }

  static async open(port: number): Promise<BenchClient> {
    const client = new BenchClient(`ws://127.0.0.1:${port}/.ws?v=5&ns=bench`);
    await new Promise((resolve, reject) => {
      client.socket.once("open", resolve);
      client.socket.once("error", reject);
    });
    return client;
  }

  ask(a: string, b: unknown, more: object = {}): Promise<void> {
    this.#next += 1;
    const r = this.#next;
    return new Promise((resolve) => {
      this.#waiting.set(r, resolve);
      this.socket.send(JSON.stringify({ t: "d", d: { r, a, b, ...more } }));
    });
  }

  close(): void {
    this.socket.terminate();
  }
}
