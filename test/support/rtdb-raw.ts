import { WebSocket } from "ws";
import { FrameReader, toFrames } from "../../rtdb-server/session/frames.ts";
import { until } from "./until.ts";
import type { TestDatabase } from "./rtdb.ts";

export interface Answer {
  readonly s: string;
  readonly d: unknown;
}
/** What a data message of the server holds: an answer (`r`), or a push (`a`). */
export interface DataMessage {
  readonly r?: number;
  readonly a?: string;
  readonly b: { s?: string; d?: unknown; p?: string; t?: number; q?: unknown };
}

/** A client that speaks the realtime protocol frame by frame, for what the SDKs do not show. */
export class RawClient {
  readonly socket: WebSocket;
  /** Every message received, in order. */
  readonly received: { t: string; d: Record<string, unknown> & DataMessage }[] = [];
  readonly frames: string[] = [];
  #requests = 0;

  private constructor(url: string, headers: Record<string, string>) {
    this.socket = new WebSocket(url, { headers });
    const reader = new FrameReader();
    this.socket.on("error", () => this.socket.terminate());
    this.socket.on("message", (frame: Buffer) => {
      this.frames.push(frame.toString());
      const message = reader.read(frame.toString());
      if (message !== null) this.received.push(JSON.parse(message) as RawClient["received"][number]);
    });
  }

  /** Connects, and waits for the greeting. */
  static async open(
    { host, port, ns }: Pick<TestDatabase, "host" | "port" | "ns">,
    extra = "",
    headers = {},
  ): Promise<RawClient> {
    const client = new RawClient(`ws://${host}:${port}/.ws?v=5&ns=${ns}${extra}`, headers);
    await until("the greeting", () => client.received.length > 0 || client.isClosed);
    return client;
  }

  get isClosed(): boolean {
    return this.socket.readyState === WebSocket.CLOSED;
  }

  get greeting(): { ts: number; v: string; h: string; s: string } {
    return this.received[0]?.d["d"] as { ts: number; v: string; h: string; s: string };
  }

  get data(): DataMessage[] {
    return this.received.filter(({ t }) => t === "d").map(({ d }) => d);
  }

  /** What was pushed: everything but answers. */
  get pushes(): DataMessage[] {
    return this.data.filter(({ r }) => r === undefined);
  }

  send(message: unknown): void {
    for (const frame of toFrames(JSON.stringify(message))) this.socket.send(frame);
  }

  /** Sends a request without waiting. @returns its number */
  post(a: string, b: unknown): number {
    this.#requests += 1;
    this.send({ t: "d", d: { r: this.#requests, a, b } });
    return this.#requests;
  }

  /** Sends a request, and waits for its answer. */
  async ask(a: string, b: unknown): Promise<Answer> {
    const number = this.post(a, b);
    const message = await until(`the answer to ${a}`, () => this.data.find(({ r }) => r === number));
    return message.b as Answer;
  }

  async closed(): Promise<void> {
    await until("the close", () => this.isClosed);
  }
}
