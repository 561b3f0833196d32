import { WebSocket } from "ws";
import { FrameReader, toFrames } from "../../../rtdb-server/http/realtime/frames.ts";
import { until } from "../until.ts";
import type { TestDatabase } from "./test-database.ts";

/** The body of a response: its status and its data. */
interface ResponseBody {
  readonly s: string;
  readonly d: unknown;
}

/** The body of a data message of the server: a response has the number `r` of its request, a push has an action `a`. */
interface DataMessage {
  readonly r?: number;
  readonly a?: string;
  readonly b: { s?: string; d?: unknown; p?: string; t?: number; q?: unknown };
}

/** A client that speaks the realtime protocol message by message, for what the SDKs hide. */
export class RawClient {
  readonly socket: WebSocket;
  /** All received messages, in order. */
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

  /** Connects, and waits for the greeting. @param extraParams appended to the URL */
  static async open(
    { host, port, namespace }: Pick<TestDatabase, "host" | "port" | "namespace">,
    extraParams = "",
    headers = {},
  ): Promise<RawClient> {
    const client = new RawClient(`ws://${host}:${port}/.ws?v=5&ns=${namespace}${extraParams}`, headers);
    await until("the greeting", () => client.received.length > 0 || client.isClosed);
    return client;
  }

  get isClosed(): boolean {
    return this.socket.readyState === WebSocket.CLOSED;
  }

  get greeting(): { ts: number; v: string; h: string; s: string } {
    return this.received[0]?.d["d"] as { ts: number; v: string; h: string; s: string };
  }

  /** The received data messages: responses and pushes. */
  get data(): DataMessage[] {
    return this.received.filter(({ t }) => t === "d").map(({ d }) => d);
  }

  get pushes(): DataMessage[] {
    return this.data.filter(({ r }) => r === undefined);
  }

  send(message: unknown): void {
    for (const frame of toFrames(JSON.stringify(message))) this.socket.send(frame);
  }

  /** Sends a request without waiting. @returns its number */
  sendRequest(action: string, body: unknown): number {
    this.#requests += 1;
    this.send({ t: "d", d: { r: this.#requests, a: action, b: body } });
    return this.#requests;
  }

  /** Sends a request, and waits for its response. */
  async request(action: string, body: unknown): Promise<ResponseBody> {
    const number = this.sendRequest(action, body);
    const message = await until(`the response to ${action}`, () => this.data.find(({ r }) => r === number));
    return message.b as ResponseBody;
  }

  async closed(): Promise<void> {
    await until("the close", () => this.isClosed);
  }
}
