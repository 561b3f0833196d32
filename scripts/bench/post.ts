import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { connect } from "node:net";

const BODY = JSON.stringify({ content: "a comment of the length that comments have" });

/**
 * Posts comments over connections that are kept, for one user after the other, each from an address of their own: the rate limits are
 * what they are in production. HTTP as far as our own answers need it: Node's client took 0.1 ms for a post, an eighth of what there is
 * to measure.
 */
export function createPoster(url: string, tokens: string[]) {
  const { hostname, port, host } = new URL(url);
  const idle = new Set<Socket>();
  const all = new Set<Socket>();
  let posted = 0;

  async function open(): Promise<Socket> {
    const socket = connect(Number(port), hostname).setNoDelay().setEncoding("latin1");
    await once(socket, "connect");
    all.add(socket);
    // What goes wrong ends with "close".
    socket.on("error", () => {});
    socket.on("close", () => {
      all.delete(socket);
      idle.delete(socket);
    });
    return socket;
  }

  return {
    async post(videoId: string): Promise<void> {
      posted += 1;
      const user = posted % tokens.length;
      const [socket = await open()] = idle;
      idle.delete(socket);
      const answered = statusOf(socket);
      socket.write(
        `POST /v1/videos/${videoId}/comments HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${tokens[user]}\r\n` +
          // What Google's front end appends.
          `x-forwarded-for: 10.0.${user >> 8}.${user & 255}\r\nidempotency-key: ${randomUUID()}\r\n` +
          `content-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
      );
      const status = await answered;
      idle.add(socket);
      if (status !== 201) throw new Error(`a post got ${status}`);
    },
    close(): void {
      for (const socket of all) socket.destroy();
    },
  };
}

function statusOf(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let received = "";
    const onData = (text: string) => {
      received += text;
      const head = received.indexOf("\r\n\r\n");
      const length = /content-length: (\d+)/i.exec(received)?.[1];
      if (head === -1 || received.length < head + 4 + Number(length)) return;
      socket.off("data", onData).off("close", onClose);
      resolve(Number(received.slice(9, 12)));
    };
    const onClose = () => reject(new Error("the connection was closed"));
    socket.on("data", onData).once("close", onClose);
  });
}
