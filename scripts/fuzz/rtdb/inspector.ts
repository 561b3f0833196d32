import { WebSocket } from "ws";

/** A debugger's view of another Node process. */
export class Inspector {
  readonly #socket: WebSocket;
  #calls = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param url as the process prints it when it is started with `--inspect` */
  static async connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return new Inspector(socket);
  }

  /** Heap in use (MB) once all garbage is collected: what a leak cannot hide from. */
  async liveHeap(): Promise<number> {
    await this.#call("HeapProfiler.collectGarbage");
    const answer = JSON.parse(await this.#call("Runtime.getHeapUsage")) as { result: { usedSize: number } };
    return answer.result.usedSize / 1024 / 1024;
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
