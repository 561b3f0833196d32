import { expect, test } from "@jest/globals";
import { networkOf } from "../../../functions/src/limits/network.ts";

test("the 2^64 addresses of an IPv6 network are one source, in every spelling", () => {
  const one = networkOf("2001:db8:1:2::1");
  for (const address of ["2001:0db8:0001:0002:ffff:ffff:ffff:ffff", "2001:db8:1:2:3::", "2001:db8:1:2:a:b:c:d"]) {
    expect(networkOf(address)).toBe(one);
  }
  expect(networkOf("2001:db8:1:3::1")).not.toBe(one);
  expect(networkOf("::1")).toBe("0:0:0:0");
});

test("each IPv4 address is its own source", () => {
  expect(networkOf("203.0.113.9")).toBe("203.0.113.9");
});
