import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
}

export interface HttpServer {
  /** Without a trailing slash. */
  url: string;
  /** Every request in the order of arrival. */
  received: Received[];
  close: () => Promise<void>;
}

/** A server with a handler that returns the response, or `undefined` to cut the connection. */
export async function startHttpServer(
  handler: (request: Received) => Response | undefined | Promise<Response | undefined>,
): Promise<HttpServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const respond = async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const { method = "", url: path = "" } = request;
      const headers = new Headers(
        Object.entries(request.headersDistinct).map(([name, [value = ""] = []]) => [name, value]),
      );
      const message = { method, path, headers, body: text === "" ? undefined : JSON.parse(text) };
      received.push(message);
      const reply = await handler(message);
      if (!reply) {
        request.socket.destroy();
        return;
      }
      response.writeHead(reply.status, Object.fromEntries(reply.headers));
      response.end(Buffer.from(await reply.arrayBuffer()));
    };
    void respond();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A response of the API with a problem. */
export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return Response.json(
    { type: `/v1/problems/${code}`, title: code, status, code },
    { status, headers: { ...headers, "content-type": "application/problem+json" } },
  );
}
