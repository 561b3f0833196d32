import { readFileSync } from "node:fs";
import { connect } from "node:net";

/** The most memory that a process has had, in MiB. Linux only. */
export function peakMemory(pid: number): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

export interface Exchange {
  /** The first line of the response; empty if the connection closed without one. */
  status: string;
  response: string;
}

/** Sends a head, and then the same piece of a body that many times or until the server closes the connection. */
export function exchange(
  port: number,
  head: string,
  { piece, count }: { piece: string; count: number },
): Promise<Exchange> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let response = "";
    let left = count;
    const send = () => {
      while (left > 0 && !socket.destroyed) {
        left -= 1;
        if (!socket.write(piece)) {
          socket.once("drain", send);
          return;
        }
      }
    };
    socket.on("data", (data) => (response += data.toString()));
    socket.on("error", () => {
      // The server closed the connection while we were sending.
    });
    socket.on("close", () => resolve({ status: response.split("\r\n")[0] ?? "", response }));
    socket.write(head);
    send();
  });
}

export function headOf(method: string, path: string, header: string): string {
  const fixed = "host: localhost\r\ncontent-type: application/json\r\nconnection: close";
  return `${method} ${path} HTTP/1.1\r\n${fixed}\r\n${header}\r\n\r\n`;
}

/** A piece of a chunked body that is JSON, and costs a parser far more memory than it has bytes. */
const NESTED = "[[]".padEnd(65_535, ",[]");
const CHUNK = `${NESTED.length.toString(16)}\r\n${NESTED}\r\n`;
const PIECES = 500;

/** Sends that many bodies of 30 MB at once, half of them chunked, by several methods to several paths; returns the status lines. */
export async function sendHostileBodies(port: number, count: number): Promise<string[]> {
  const methods = ["POST", "DELETE", "PUT", "GET"];
  const paths = ["/x", "/v1/sessions", "/%761/sessions", "/v1/users"];
  const exchanges = Array.from({ length: count }, (_, n) => {
    const isChunked = n % 2 === 0;
    const header = isChunked ? "transfer-encoding: chunked" : `content-length: ${NESTED.length * PIECES}`;
    const head = headOf(methods[n % 4]!, paths[(n >> 2) % 4]!, header);
    return exchange(port, head, { piece: isChunked ? CHUNK : NESTED, count: PIECES });
  });
  return (await Promise.all(exchanges)).map(({ status }) => status);
}
