import { pause } from "../http/pause.ts";
import { sendRequest } from "../http/send-request.ts";
import { HEADERS } from "../wire.ts";

/** Gives the App Check token of the site's own Firebase app: `async () => (await getToken(appCheck)).token`. Called for each request. */
export type AppCheckSource = () => Promise<string>;

const TIMEOUT_MS = 5_000;

/** Sends requests with a token. If there is none, or none in time, they go without: whether that will do is for the API to say. */
export function withAppCheck(source: AppCheckSource, timeoutMs = TIMEOUT_MS): typeof sendRequest {
  const ask = async () => source();
  return async (request) => {
    const token = await Promise.race([ask(), pause(timeoutMs)]).catch(() => undefined);
    const headers = { ...request.headers, ...(token && { [HEADERS.appCheck]: token }) };
    return sendRequest({ ...request, headers });
  };
}
