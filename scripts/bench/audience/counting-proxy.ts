import { type AddressInfo, type Socket, connect, createServer } from "node:net";

/** What went through a proxy. */
export interface Traffic {
  /** From the clients to the server, with the headers of HTTP. */
  bytesUp: number;
  bytesDown: number;
  /** WebSocket frames from the server to the clients that carry data. */
  messages: number;
}

export interface CountingProxy {
  readonly port: number;
  readonly traffic: Traffic;
  close(): void;
}

/** A TCP proxy that counts bytes, and the messages of WebSockets. */
export async function createCountingProxy(targetPort: number): Promise<CountingProxy> {
  const traffic: Traffic = { bytesUp: 0, bytesDown: 0, messages: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(targetPort, "127.0.0.1");
    const countFrames = createFrameCounter(() => (traffic.messages += 1));
    client.on("data", (data) => (traffic.bytesUp += data.length));
    target.on("data", (data) => {
      traffic.bytesDown += data.length;
      countFrames(data);
    });
    client.pipe(target).pipe(client);
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    traffic,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Counts the text frames (RFC 6455, 5.2) of a server after its upgrade response. Other responses have none. */
function createFrameCounter(onMessage: () => void): (data: Buffer) => void {
  let isUpgraded = false;
  let rest = Buffer.alloc(0);
  return (data) => {
    rest = Buffer.concat([rest, data]);
    if (!isUpgraded) {
      const end = rest.indexOf("\r\n\r\n");
      if (!rest.subarray(0, 12).equals(Buffer.from("HTTP/1.1 101"))) rest = Buffer.alloc(0);
      if (end < 0 || rest.length === 0) return;
      isUpgraded = true;
      rest = rest.subarray(end + 4);
    }
    for (let length = frameLength(rest); length !== undefined && rest.length >= length; length = frameLength(rest)) {
      if (((rest[0] ?? 0) & 0x0f) === 1) onMessage();
      rest = rest.subarray(length);
    }
  };
}

/** The length of the frame at the beginning, with its header; undefined while that is not whole. A server masks nothing. */
function frameLength(data: Buffer): number | undefined {
  if (data.length < 2) return undefined;
  const short = (data[1] ?? 0) & 0x7f;
  if (short < 126) return 2 + short;
  if (short === 126) return data.length < 4 ? undefined : 4 + data.readUInt16BE(2);
  return data.length < 10 ? undefined : 10 + Number(data.readBigUInt64BE(2));
}
