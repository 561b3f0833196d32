import { WebSocket } from "ws";

/** A client of the realtime protocol that does as little as possible, so that the server is what is measured. */
export class BenchClient {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, () => void>();
  #requests = 0;
  onPush: () => void = () => {};

  private constructor(url: string) {
    this.#socket = new WebSocket(url, { perMessageDeflate: false });
    this.#socket.on("message", (data: Buffer) => {
      const number = /^\{"t":"d","d":\{"r":(\d+)/.exec(data.toString("latin1", 0, 40))?.[1];
      if (number === undefined) {
        this.onPush();
        return;
      }
      const resolve = this.#pending.get(Number(number));
      this.#pending.delete(Number(number));
      resolve?.();
    });
  }

  static async open(port: number): Promise<BenchClient> {
    const client = new BenchClient(`ws://127.0.0.1:${port}/.ws?v=5&ns=bench`);
    await new Promise((resolve, reject) => {
      client.#socket.once("open", resolve);
      client.#socket.once("error", reject);
    });
    return client;
  }

  /** Sends a request, and waits for its response. @param extra more fields of the message, for the reference server */
  request(action: string, body: unknown, extra: object = {}): Promise<void> {
    this.#requests += 1;
    const number = this.#requests;
    return new Promise((resolve) => {
      this.#pending.set(number, resolve);
      this.#socket.send(JSON.stringify({ t: "d", d: { r: number, a: action, b: body, ...extra } }));
    });
  }

  close(): void {
    this.#socket.terminate();
  }
}
