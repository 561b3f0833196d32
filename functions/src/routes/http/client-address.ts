import { isIP } from "node:net";
import type { Context as HonoContext } from "hono";
import type { AppEnv } from "./access.ts";

/**
 * The client's address: the entry of X-Forwarded-For that our own outermost front end appended. The client can write whatever it
 * likes to the left of it. Falls back to the socket's address; null without one.
 * @param proxies how many entries our own front ends append: 1 behind Google's front end
 * @see https://cloud.google.com/functions/docs/reference/headers
 */
export function clientAddress(
  forwardedFor: string | undefined,
  socketAddress: string | undefined,
  proxies: number,
): string | null {
  const entries = forwardedFor?.split(",") ?? [];
  const entry = proxies === 0 ? undefined : entries.at(-proxies);
  return normalized(entry) ?? normalized(socketAddress) ?? null;
}

/** The address of the client that sent this request. */
export function addressOf(c: Pick<HonoContext<AppEnv>, "req" | "env" | "var">): string | null {
  const proxies = c.var.context.config.trustedProxies;
  // Undefined where the app is called without a server.
  const env: AppEnv["Bindings"] | undefined = c.env;
  return clientAddress(c.req.header("x-forwarded-for"), env?.incoming?.socket.remoteAddress, proxies);
}

/** In lower case, IPv4 in its own form; undefined for text that is not an address. */
function normalized(text: string | undefined): string | undefined {
  const address = text?.trim().replace(/^::ffff:(?=\d+\.)/i, "") ?? "";
  return isIP(address) === 0 ? undefined : address.toLowerCase();
}
