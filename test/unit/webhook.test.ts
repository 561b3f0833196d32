import { describe, expect, test } from "@jest/globals";
import { isPublic, sendWebhook } from "../../functions/src/webhook.ts";

describe("the alerts' webhook", () => {
  test.each([
    "10.1.2.3",
    "127.0.0.1",
    "169.254.169.254",
    "192.168.0.9",
    "172.20.0.1",
    "100.64.0.1",
    "0.0.0.0",
    "255.255.255.255",
  ])("%s is private", (address) => expect(isPublic(address)).toBe(false));
  test.each(["::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "2002:a00:1::", "64:ff9b::a00:1", "2001:db8::1"])(
    "%s is private",
    (address) => expect(isPublic(address)).toBe(false),
  );
  test.each(["8.8.8.8", "172.32.0.1", "2606:4700::1111"])("%s is public", (address) =>
    expect(isPublic(address)).toBe(true),
  );

  test.each([
    ["http://example.com/", "not https"],
    ["https://127.0.0.1/", "private address"],
    ["https://[::1]/", "private address"],
    ["https://2130706433/", "private address"],
    ["https://0x7f.1/", "private address"],
    ["https://localhost/", "private address"],
  ])("nothing is sent to %s", async (url, reason) => {
    await expect(sendWebhook(new URL(url), "{}")).rejects.toThrow(reason);
  });
});
