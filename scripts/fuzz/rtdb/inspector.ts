import { WebSocket } from "ws";

/** The inspector protocol of another Node process, as far as needed. */
export class Inspector {
  readonly #socket: WebSocket;
  #calls = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param url as the process prints it if it was started with `--inspect` */
  static async connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return new Inspector(socket);
  }

  /** The heap in use, in MB, after a garbage collection. A leak cannot hide from it. */
  async liveHeapMb(): Promise<number> {
    await this.#call("HeapProfiler.collectGarbage");
    const response = JSON.parse(await this.#call("Runtime.getHeapUsage")) as { result: { usedSize: number } };
    return response.result.usedSize / 1024 / 1024;
  }

  #call(method: string): Promise<string> {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve) => {
      const onMessage = (data: Buffer): void => {
        const text = data.toString();
        if ((JSON.parse(text) as { id?: number }).id !== id) return;
        this.#socket.off("message", onMessage);
        resolve(text);
      };
      this.#socket.on("message", onMessage);
      this.#socket.send(JSON.stringify({ id, method }));
    });
  }

  close(): void {
    this.#socket.terminate();
  }
}
