import { lookup } from "node:dns";
import { request } from "node:https";
import type { LookupFunction } from "node:net";
import { BlockList, isIPv6 } from "node:net";

// Not for the public: RFC 6890's special-purpose addresses, the cloud's metadata server (169.254.169.254) among them.
const PRIVATE = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const) {
  PRIVATE.addSubnet(net, bits);
}
// Global unicast alone is public, without its parts for documentation, and those that hold an IPv4 address (Teredo, 6to4).
const PUBLIC_6 = new BlockList();
PUBLIC_6.addSubnet("2000::", 3, "ipv6");
const PRIVATE_6 = new BlockList();
for (const [net, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  PRIVATE_6.addSubnet(net, bits, "ipv6");
}

/** Whether an address is one of the public Internet. */
export function isPublic(address: string): boolean {
  if (!isIPv6(address)) return !PRIVATE.check(address);
  return PUBLIC_6.check(address, "ipv6") && !PRIVATE_6.check(address, "ipv6");
}

export interface WebhookOptions {
  /** Milliseconds for all of it. */
  timeout?: number;
  /** Stand-ins for the public Internet, of which a test has none: its names, its addresses, its certificate authorities. */
  resolve?: typeof lookup;
  isAllowed?: (address: string) => boolean;
  ca?: string;
}

/**
 * Posts JSON to a webhook: https only, public addresses only, no redirects, 5 s.
 * @throws Error when it was not taken with a 2xx
 */
export async function sendWebhook(url: URL, body: string, options: WebhookOptions = {}): Promise<void> {
  const { timeout = 5_000, resolve = lookup, isAllowed = isPublic, ca } = options;
  if (url.protocol !== "https:") throw new Error("the webhook's URL is not https");
  // A literal address is not looked up.
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  if (/^[\d.]+$|:/.test(literal) && !isAllowed(literal)) throw new Error("the webhook is a private address");
  await new Promise<void>((done, reject) => {
    const outgoing = request(url, {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      lookup: checkedLookup(resolve, isAllowed),
      signal: AbortSignal.timeout(timeout),
      agent: false,
      ca,
    });
    outgoing.on("response", (answer) => {
      const status = answer.statusCode ?? 0;
      // Its body is of no interest, however long it is.
      answer.destroy();
      if (status >= 200 && status < 300) done();
      else reject(new Error(`the webhook answered ${status}`));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** The address that was checked is the one that is connected to: a name cannot change its answer between the two. */
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
