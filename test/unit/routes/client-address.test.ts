import { describe, expect, test } from "@jest/globals";
import { readConfig } from "../../../functions/src/config.ts";
import { clientAddress } from "../../../functions/src/routes/http/client-address.ts";

const key = `k1:${Buffer.alloc(32, 1).toString("base64url")}`;

function proxies(networks?: string) {
  const env = {
    MYSQL_URL: "mysql://root@127.0.0.1/x",
    ACCESS_TOKEN_KEYS: key,
    REFRESH_TOKEN_KEYS: key,
    GCLOUD_PROJECT: "demo-test",
    ...(networks === undefined ? {} : { TRUSTED_PROXIES: networks }),
  };
  return readConfig(env).trustedProxies;
}

/** From where the platform's front end connects to a function. */
const PLATFORM = "169.254.169.126";
const CLIENT = "203.0.113.9";
/** A proxy of ours, as Hosting or a load balancer is. */
const PROXY = "104.198.56.253";
const trusted = proxies(`${PROXY}/32, 2001:db8:ff::/48`);

/** What a client may write into the header before it sends it. */
const INVENTED = [
  "",
  "1.1.1.1",
  "1.1.1.1, 2.2.2.2",
  PROXY,
  `1.1.1.1, ${PROXY}`,
  `1.1.1.1, ${PROXY}, ${PLATFORM}`,
  "127.0.0.1, ::1",
  "unknown, <script>, ",
  ",,,,",
  Array<string>(500).fill("1.1.1.1").join(","),
  Array<string>(500).fill(PROXY).join(","),
];

/** The header after our own front ends have appended what they see. */
const arriving = (invented: string, ...appended: string[]) =>
  [...(invented === "" ? [] : [invented]), ...appended].join(", ");

describe("the client's address", () => {
  test.each(INVENTED)("is its own on both ways in, whatever it wrote: %#", (invented) => {
    const direct = arriving(invented, CLIENT);
    const throughProxy = arriving(invented, CLIENT, PROXY);
    expect(clientAddress(direct, PLATFORM, trusted)).toBe(CLIENT);
    expect(clientAddress(throughProxy, PLATFORM, trusted)).toBe(CLIENT);
  });

  test.each(INVENTED)("is the proxy's where that proxy is not trusted: never what the client wrote: %#", (invented) => {
    expect(clientAddress(arriving(invented, CLIENT, PROXY), PLATFORM, proxies())).toBe(PROXY);
  });

  test.each(INVENTED)("is the socket's without a front end, whatever the header says: %#", (invented) => {
    expect(clientAddress(invented, CLIENT, trusted)).toBe(CLIENT);
    expect(clientAddress(undefined, CLIENT, trusted)).toBe(CLIENT);
  });

  test("passes several proxies, IPv6 ones too", () => {
    expect(clientAddress(arriving("1.1.1.1", CLIENT, "2001:db8:ff::7", PROXY), PLATFORM, trusted)).toBe(CLIENT);
  });

  test("is the proxy's if the proxy appended no address", () => {
    expect(clientAddress(arriving("1.1.1.1", "unknown", PROXY), PLATFORM, trusted)).toBe(PROXY);
    expect(clientAddress("unknown", PLATFORM, trusted)).toBe(PLATFORM);
    expect(clientAddress(undefined, undefined, trusted)).toBeNull();
  });

  test("has one spelling", () => {
    const spellings = {
      "::FFFF:203.0.113.9": CLIENT,
      "::ffff:cb00:7109": CLIENT,
      "2001:0DB8:0000::0001": "2001:db8::1",
      "fe80::1%eth0": "fe80::1",
    };
    for (const [text, address] of Object.entries(spellings)) {
      expect(clientAddress(text, PLATFORM, trusted)).toBe(address);
      expect(clientAddress(undefined, text, trusted)).toBe(address);
    }
    expect(clientAddress(`1.1.1.1, ${CLIENT}, ::ffff:${PROXY}`, PLATFORM, trusted)).toBe(CLIENT);
  });
});

test("control: by the first entry, the client would choose its address", () => {
  const leftmost = (header: string) => header.split(",")[0];
  expect(leftmost(arriving("1.1.1.1", CLIENT, PROXY))).not.toBe(CLIENT);
});

test.each([
  "1",
  "203.0.113.9",
  "203.0.113.0/33",
  "0.0.0.0/0",
  "::/0",
  "2001:db8::/129",
  "example.com/24",
  "10.0.0.0/8;",
])("TRUSTED_PROXIES=%s is refused", (networks) => {
  expect(() => proxies(networks)).toThrow("TRUSTED_PROXIES");
});
