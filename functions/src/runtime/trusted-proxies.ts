import { BlockList, isIP } from "node:net";
import { z } from "zod";

/** From these, the platform's own front end connects to a function: no client can have such an address outside the machine. */
const PLATFORM_PROXIES = ["127.0.0.0/8", "::1/128", "169.254.0.0/16"];

/** Reads TRUSTED_PROXIES: networks with commas between. The platform's own are always trusted. */
export const trustedProxies = z
  .string()
  .transform((text, context): BlockList => {
    const networks = text.split(",").map((network) => network.trim());
    for (const network of networks) {
      if (!isNetwork(network)) context.addIssue("must be networks such as 203.0.113.7/32, with commas between");
    }
    return blockListOf([...PLATFORM_PROXIES, ...networks.filter(isNetwork)]);
  })
  .default(() => blockListOf(PLATFORM_PROXIES));

function isNetwork(text: string): boolean {
  const [, address = "", prefix = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  // A prefix of 0 would trust everybody.
  return family !== 0 && Number(prefix) >= 1 && Number(prefix) <= (family === 4 ? 32 : 128);
}

function blockListOf(networks: string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix = ""] = network.split("/");
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
