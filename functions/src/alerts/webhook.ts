import { lookup } from "node:dns";
import { request } from "node:https";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** IPv6 addresses of the public Internet; the rest is special, unassigned, or holds an IPv4 address. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an address belongs to the public Internet. Special-purpose addresses do not, for example the cloud's metadata server
 * (169.254.169.254), nor IPv6 addresses that hold an IPv4 address.
 * @see https://www.rfc-editor.org/rfc/rfc6890
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
}

export interface WebhookOptions {
  /** Time for the whole request. */
  timeoutMs?: number;
  /** Stand-ins for the public Internet, which a test has not: its names, its addresses, its certificate authorities. */
  resolve?: typeof lookup;
  isAllowed?: (address: string) => boolean;
  ca?: string;
}

/**
 * Posts JSON to a webhook: https only, public addresses only, no redirects, 5 s.
 * @throws Error when the response is not a 2xx
 */
export async function sendWebhook(url: URL, body: string, options: WebhookOptions = {}): Promise<void> {
  const { timeoutMs = 5_000, resolve = lookup, isAllowed = isPublic, ca } = options;
  if (url.protocol !== "https:") throw new Error("the webhook's URL is not https");
  // A literal address is not looked up.
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  if (/^[\d.]+$|:/.test(literal) && !isAllowed(literal)) throw new Error("the webhook is a private address");
  await new Promise<void>((done, reject) => {
    const outgoing = request(url, {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      lookup: checkedLookup(resolve, isAllowed),
      signal: AbortSignal.timeout(timeoutMs),
      agent: false,
      ca,
    });
    outgoing.on("response", (response) => {
      const status = response.statusCode ?? 0;
      // The body does not matter, however long it is.
      response.destroy();
      if (status >= 200 && status < 300) done();
      else reject(new Error(`the webhook answered ${status}`));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Connects to the very address that was checked, so that a name cannot resolve to another one in between. */
function checkedLookup(resolve: typeof lookup, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const refused = addresses.find(({ address }) => !isAllowed(address));
      if (refused) return callback(new Error(`${hostname} is a private address`), []);
      const [first] = addresses;
      if (options.all) return callback(null, addresses);
      callback(null, first?.address ?? "", first?.family ?? 4);
    });
  };
}
