import { pause } from "../http/pause.ts";
import { type HttpRequest, type HttpResponse, sendRequest } from "../http/send-request.ts";
import { HEADERS } from "../wire.ts";

/** Gives the App Check token of the site's own Firebase app: `async () => (await getToken(appCheck)).token`. Called for each request. */
export type AppCheckSource = () => Promise<string>;

const TIMEOUT_MS = 5_000;

/** Sends a request with a token. If there is none, or none in time, it goes without: whether that will do is for the API to say. */
export async function sendWithAppCheck<T>(
  source: AppCheckSource,
  request: HttpRequest,
  timeoutMs = TIMEOUT_MS,
): Promise<HttpResponse<T>> {
  const ask = async () => source();
  const token = await Promise.race([ask(), pause(timeoutMs)]).catch(() => undefined);
  const headers = { ...request.headers, ...(token && { [HEADERS.appCheck]: token }) };
  return sendRequest<T>({ ...request, headers });
}
