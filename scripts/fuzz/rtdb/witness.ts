import { WebSocket } from "ws";
import { FrameReader } from "../../../rtdb-server/session/frames.ts";
import { applyChanges } from "../../../rtdb-server/data/change.ts";
import { parsePath } from "../../../rtdb-server/tree/path.ts";
import { exportText } from "../../../rtdb-server/tree/text.ts";
import type { Tree } from "../../../rtdb-server/tree/node.ts";

interface Message {
  t: string;
  d: { r?: number; a?: string; b?: { s?: string; p?: string; d?: unknown } };
}

/** A well-behaved client among the attackers: what it was pushed must be what the server says it holds. */
export class Witness {
  readonly #socket: WebSocket;
  readonly #port: number;
  readonly #ns: string;
  readonly #answers = new Map<number, (status: string) => void>();
  #seen: Tree = null;
  #requests = 0;
  isLost = false;

  private constructor(port: number, ns: string) {
    this.#port = port;
    this.#ns = ns;
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/.ws?v=5&ns=${ns}`);
    const frames = new FrameReader();
    this.#socket.on("message", (data: Buffer) => {
      const text = frames.read(data.toString());
      if (text !== null) this.#receive(JSON.parse(text) as Message);
    });
    this.#socket.on("close", () => (this.isLost = true));
    this.#socket.on("error", () => (this.isLost = true));
  }

  /** Listens to the whole of a namespace. */
  static async watch(port: number, ns: string): Promise<Witness> {
    const witness = new Witness(port, ns);
    await new Promise((resolve) => witness.#socket.once("open", resolve));
    await witness.ask("gauth", { cred: "owner" });
    await witness.ask("q", { p: "/", h: "" });
    return witness;
  }

  #receive({ t, d }: Message): void {
    if (t !== "d") return;
    if (d.r !== undefined) {
      this.#answers.get(d.r)?.(d.b?.s ?? "");
      this.#answers.delete(d.r);
    } else if (d.a === "d") this.#put(d.b?.p ?? "", d.b?.d);
    else if (d.a === "m") for (const [key, json] of Object.entries(d.b?.d ?? {})) this.#put(`${d.b?.p}/${key}`, json);
    else this.isLost = true;
  }

  #put(place: string, json: unknown): void {
    this.#seen = applyChanges(this.#seen, [{ path: parsePath(place), json }], 0);
  }

  ask(a: string, b: unknown): Promise<string> {
    this.#requests += 1;
    const r = this.#requests;
    return new Promise((resolve) => {
      this.#answers.set(r, resolve);
      this.#socket.send(JSON.stringify({ t: "d", d: { r, a, b } }));
    });
  }

  /** Whether it holds what a read over REST gives, once everything before has been pushed. */
  async agrees(): Promise<boolean> {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const response = await fetch(`http://127.0.0.1:${this.#port}/.json?ns=${this.#ns}&format=export`, {
        headers: { authorization: "Bearer owner" },
      });
      const held = applyChanges(null, [{ path: [], json: await response.json() }], 0);
      await this.ask("s", {});
      if (exportText(held) === exportText(this.#seen)) return true;
    }
    return false;
  }

  close(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.terminate();
  }
}
