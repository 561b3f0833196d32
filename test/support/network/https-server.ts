import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createCertificate } from "./certificate.ts";

export interface HttpsServer {
  port: number;
  /** Its self-signed certificate. */
  ca: string;
  /** The body of every request in the order of arrival. */
  received: string[];
  close: () => Promise<void>;
}

/** A server on 127.0.0.1 with a certificate for `name`. */
export async function startHttpsServer(
  name: string,
  respond: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<HttpsServer> {
  const { key, cert } = createCertificate(name);
  const received: string[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      received.push(body);
      respond(request, response);
    });
  });
  // A client that distrusts the certificate closes the connection, which is not an error here.
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    ca: cert,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
