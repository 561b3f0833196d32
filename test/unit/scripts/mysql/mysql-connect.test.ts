import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "@jest/globals";
import { connect, isReachable } from "../../../../scripts/platform/mysql/database.ts";

/** A packet of MySQL's protocol. */
function packet(sequence: number, ...parts: (string | number[])[]): Buffer {
  const payload = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  return Buffer.concat([Buffer.from([payload.length, 0, 0, sequence]), payload]);
}

const SALT = "s".repeat(8);
const GREETING = packet(
  0,
  ...[[10], "8.4.0\0", [1, 0, 0, 0], SALT, [0], [0x08, 0x82], [255], [2, 0], [0x08, 0]],
  ...[[21], Array.from({ length: 10 }, () => 0), SALT, "ssss\0", "mysql_native_password\0"],
);
const SIGNED_IN = packet(2, [0, 0, 0, 2, 0, 0, 0]);
const REFUSED = packet(1, [0xff, 0xcb, 0x04], "#42000not allowed");

test.each([
  ["connect", (uri: string) => connect({ uri }).then(() => "connected", String)],
  ["isReachable", async (url: string) => String(await isReachable(url))],
])("%s leaves no connection open to a server that refuses its first statement", async (_, attempt) => {
  const closed = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    const answers = [SIGNED_IN, REFUSED];
    socket.write(GREETING);
    socket.on("data", () => void socket.write(answers.shift() ?? REFUSED));
    socket.on("error", () => {});
    socket.once("close", closed.resolve);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const outcome = await attempt(`mysql://root@127.0.0.1:${(server.address() as AddressInfo).port}/x`);
    expect(outcome).toMatch(/^(false|Problem: MySQL at .*: not allowed\. Check MYSQL_URL\.)$/);
    await closed.promise;
  } finally {
    server.close();
  }
});
