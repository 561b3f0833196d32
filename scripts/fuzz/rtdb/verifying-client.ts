import { WebSocket } from "ws";
import { applyChanges } from "../../../rtdb-server/data/write.ts";
import { FrameReader } from "../../../rtdb-server/http/realtime/frames.ts";
import { exportText } from "../../../rtdb-server/tree/json-text.ts";
import { parsePath } from "../../../rtdb-server/tree/path.ts";
import type { Tree } from "../../../rtdb-server/tree/node.ts";

interface Message {
  t: string;
  d: { r?: number; a?: string; b?: { s?: string; p?: string; d?: unknown } };
}

/** A client that behaves well. It listens to a whole namespace and checks that the pushes add up to the server's data. */
export class VerifyingClient {
  readonly #port: number;
  readonly #namespace: string;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, (status: string) => void>();
  #data: Tree = null;
  #requests = 0;
  isDisconnected = false;

  private constructor(port: number, namespace: string) {
    this.#port = port;
    this.#namespace = namespace;
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/.ws?v=5&ns=${namespace}`);
    const frames = new FrameReader();
    this.#socket.on("message", (data: Buffer) => {
      const text = frames.read(data.toString());
      if (text !== null) this.#receive(JSON.parse(text) as Message);
    });
    this.#socket.on("close", () => (this.isDisconnected = true));
    this.#socket.on("error", () => (this.isDisconnected = true));
  }

  /** Connects as the administrator, and listens to the namespace. */
  static async connect(port: number, namespace: string): Promise<VerifyingClient> {
    const client = new VerifyingClient(port, namespace);
    await new Promise((resolve) => client.#socket.once("open", resolve));
    await client.request("gauth", { cred: "owner" });
    await client.request("q", { p: "/", h: "" });
    return client;
  }

  #receive({ t: type, d: { r: number, a: action, b: body } }: Message): void {
    if (type !== "d") return;
    if (number !== undefined) {
      this.#pending.get(number)?.(body?.s ?? "");
      this.#pending.delete(number);
    } else if (action === "d") this.#setData(body?.p ?? "", body?.d);
    else if (action === "m") {
      for (const [path, json] of Object.entries(body?.d ?? {})) this.#setData(`${body?.p}/${path}`, json);
    } else this.isDisconnected = true; // a revocation, which an administrator never gets
  }

  #setData(path: string, json: unknown): void {
    this.#data = applyChanges(this.#data, [{ path: parsePath(path), json }], 0);
  }

  /** @returns the status of the response */
  request(action: string, body: unknown): Promise<string> {
    this.#requests += 1;
    const number = this.#requests;
    return new Promise((resolve) => {
      this.#pending.set(number, resolve);
      this.#socket.send(JSON.stringify({ t: "d", d: { r: number, a: action, b: body } }));
    });
  }

  /** Whether the pushes add up to what a read over REST gives. Tries again while others write. */
  async matchesServer(): Promise<boolean> {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const url = `http://127.0.0.1:${this.#port}/.json?ns=${this.#namespace}&format=export`;
      const signal = AbortSignal.timeout(60_000);
      const response = await fetch(url, { headers: { authorization: "Bearer owner" }, signal });
      const serverData = applyChanges(null, [{ path: [], json: await response.json() }], 0);
      await this.request("s", {}); // all pushes before its response have arrived then
      if (exportText(serverData) === exportText(this.#data)) return true;
    }
    return false;
  }

  close(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.terminate();
  }
}
