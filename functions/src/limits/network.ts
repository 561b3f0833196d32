import ipaddr from "ipaddr.js";

/**
 * The IPv6 networks that one person may control: a device or a home has a /64, a home or a company a /56, a company a /48. A source is
 * counted by each of them, the narrowest first.
 */
export const PREFIXES = [64, 56, 48] as const;

export type Prefix = (typeof PREFIXES)[number];

export interface Network {
  /** 64 for an IPv4 address too: it is the narrowest. */
  prefix: Prefix;
  name: string;
}

/** The networks of an address, the narrowest first. An IPv4 address is a network by itself. Requests without an address are one source. */
export function networksOf(address: string | null): Network[] {
  if (address === null || !ipaddr.isValid(address)) return [{ prefix: 64, name: "unknown" }];
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return [{ prefix: 64, name: parsed.toString() }];
  const bytes = Buffer.from(parsed.toByteArray());
  return PREFIXES.map((prefix) => ({ prefix, name: `${bytes.toString("hex", 0, prefix / 8)}/${prefix}` }));
}
