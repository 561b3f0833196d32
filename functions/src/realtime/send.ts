import * as http from "node:http";
import * as https from "node:https";
import { text as readText } from "node:stream/consumers";

export interface RequestToSend {
  method: string;
  headers: Record<string, string>;
  /** Empty for none. */
  body: string;
  /** For the whole of it: connection, request and response. */
  timeoutMs: number;
}

/** A connection that nobody used for this long is closed, so that the server does not close it at the moment in which it is used. */
const MAX_IDLE_MS = 4_000;

const options = { keepAlive: true, timeout: MAX_IDLE_MS };
const httpAgent = new http.Agent(options);
const httpsAgent = new https.Agent(options);

/**
 * Sends one HTTP request over a connection that is kept. Node's own client, since `fetch` takes more system calls, and each update of
 * the Realtime Database is a request. It follows no redirects.
 * @throws Error when there is no whole response within the time-out; then the outcome is unknown
 */
export async function send(
  url: URL,
  { method, headers, body, timeoutMs }: RequestToSend,
): Promise<{ status: number; text: string }> {
  const isSecure = url.protocol === "https:";
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = (isSecure ? https : http).request(url, {
      method,
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      agent: isSecure ? httpsAgent : httpAgent,
      signal,
    });
    request.once("response", resolve);
    request.on("error", (error) => reject(signal.aborted ? new Error(`none within ${timeoutMs} ms`) : error));
    request.end(body);
  });
  return { status: response.statusCode ?? 0, text: await readText(response) };
}
