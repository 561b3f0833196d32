import { APP_CHECK_HEADER } from "../../../functions/src/contract/app-check.ts";

/** Gives the App Check token of the site's own Firebase app: `async () => (await getToken(appCheck)).token`. Called for each request. */
export type AppCheckSource = () => Promise<string>;

const TIMEOUT_MS = 5_000;

/**
 * The header with a token. None, if there is no token or none in time: whether that will do is for the API to say.
 *
 * It imports nothing that other files do, so that it is a chunk of its own and makes no other one.
 */
export async function appCheckHeader(source: AppCheckSource, timeoutMs = TIMEOUT_MS): Promise<Record<string, string>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  try {
    const token = await Promise.race([source(), timeout]);
    if (token) return { [APP_CHECK_HEADER]: token };
  } catch {
    // As without one.
  } finally {
    clearTimeout(timer);
  }
  return {};
}
