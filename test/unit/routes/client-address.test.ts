import { expect, test } from "@jest/globals";
import { clientAddress } from "../../../functions/src/routes/http/client-address.ts";

test("the front end's entry of X-Forwarded-For counts, whatever the client wrote before it", () => {
  expect(clientAddress("203.0.113.9", "10.0.0.1", 1)).toBe("203.0.113.9");
  expect(clientAddress("1.1.1.1, 203.0.113.9", "10.0.0.1", 1)).toBe("203.0.113.9");
  expect(clientAddress("evil, 1.1.1.1 ,2.2.2.2,203.0.113.9", "10.0.0.1", 1)).toBe("203.0.113.9");
  expect(clientAddress("1.1.1.1, 203.0.113.9, 35.1.1.1", "10.0.0.1", 2)).toBe("203.0.113.9");
});

test("without a front end the socket's address counts, and the header does not", () => {
  expect(clientAddress("1.1.1.1", "203.0.113.9", 0)).toBe("203.0.113.9");
  expect(clientAddress(undefined, "203.0.113.9", 1)).toBe("203.0.113.9");
  expect(clientAddress(undefined, undefined, 1)).toBeNull();
});

test("an entry that is not an address is ignored", () => {
  expect(clientAddress("<script>", "203.0.113.9", 1)).toBe("203.0.113.9");
  expect(clientAddress("unknown", undefined, 1)).toBeNull();
});

test("an IPv4 address in IPv6 form becomes the IPv4 address", () => {
  expect(clientAddress("::FFFF:203.0.113.9", undefined, 1)).toBe("203.0.113.9");
  expect(clientAddress("2001:DB8::1", undefined, 1)).toBe("2001:db8::1");
});
