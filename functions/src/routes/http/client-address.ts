import type { Context as HonoContext } from "hono";
import ipaddr from "ipaddr.js";
import { type BlockList, isIP } from "node:net";
import type { AppEnv } from "./access.ts";

/** The most entries of X-Forwarded-For that are looked at. Our own front ends append two or three. */
const MAX_ENTRIES = 10;

/**
 * The client's address: where the request comes from, seen from the right. The socket's address is the nearest one; while an address is
 * that of a trusted proxy, the entry of X-Forwarded-For that this proxy appended is the next. The first that is not trusted is the client.
 * What the client itself wrote is to the left of its own address, so it is never reached.
 *
 * An entry that is not an address ends the walk: then the proxy that appended it counts as the client. Null without any address.
 */
export function clientAddress(
  forwardedFor: string | undefined,
  socketAddress: string | undefined,
  trustedProxies: BlockList,
): string | null {
  const entries = forwardedFor?.split(",").slice(-MAX_ENTRIES) ?? [];
  let client = normalized(socketAddress);
  // Without a socket (the app is called without a server) there is nobody to trust or not.
  while (client === undefined || isTrusted(trustedProxies, client)) {
    const next = normalized(entries.pop());
    if (next === undefined) break;
    client = next;
  }
  return client ?? null;
}

/** The address of the client that sent this request. */
export function addressOf(c: Pick<HonoContext<AppEnv>, "req" | "env" | "var">): string | null {
  const { trustedProxies } = c.var.context.config;
  // Undefined where the app is called without a server.
  const env: AppEnv["Bindings"] | undefined = c.env;
  return clientAddress(c.req.header("x-forwarded-for"), env?.incoming?.socket.remoteAddress, trustedProxies);
}

function isTrusted(trustedProxies: BlockList, address: string): boolean {
  return trustedProxies.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** An address in the one spelling that all of its spellings share, IPv4 in its own form; undefined for text that is not an address. */
function normalized(text: string | undefined): string | undefined {
  // A zone ("fe80::1%eth0") names an interface of the machine that wrote it.
  const written = text?.trim().replace(/%.*$/s, "") ?? "";
  // A server that listens on IPv6 sees a client of IPv4 so.
  const address = written.replace(/^::ffff:(?=\d+\.)/, "");
  const family = isIP(address);
  if (family === 0) return undefined;
  // An IPv4 address that Node accepts has only one spelling.
  return family === 4 ? address : ipaddr.process(address).toString();
}
