import { isIP } from "node:net";
import type { Context as HonoContext } from "hono";
import type { AppEnv } from "./access.ts";

/**
 * The client's address: of X-Forwarded-For the entry that our own front end appended. What stands left of it the client wrote, so it
 * may be anything. Null where there is no such entry and no socket.
 * @param proxies how many entries our own front ends append: 1 behind Google's front end
 * @see https://cloud.google.com/functions/docs/reference/headers
 */
export function clientAddress(
  forwardedFor: string | undefined,
  socket: string | undefined,
  proxies: number,
): string | null {
  const entries = forwardedFor?.split(",") ?? [];
  const entry = proxies === 0 ? undefined : entries.at(-proxies);
  return normal(entry) ?? normal(socket) ?? null;
}

/** The client's address, of a request. */
export function addressOf(c: Pick<HonoContext<AppEnv>, "req" | "env" | "var">): string | null {
  const proxies = c.var.context.config.trustedProxies;
  // Undefined where the app is asked without a server.
  const env: AppEnv["Bindings"] | undefined = c.env;
  return clientAddress(c.req.header("x-forwarded-for"), env?.incoming?.socket.remoteAddress, proxies);
}

function normal(text: string | undefined): string | undefined {
  const address = text?.trim().replace(/^::ffff:(?=\d+\.)/i, "") ?? "";
  return isIP(address) === 0 ? undefined : address.toLowerCase();
}
