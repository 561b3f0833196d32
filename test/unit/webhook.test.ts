import { afterEach, describe, expect, test } from "@jest/globals";
import type { lookup } from "node:dns";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type WebhookOptions, isPublic, sendWebhook } from "../../functions/src/alerts/webhook.ts";
import { type HttpsServer, startHttpsServer } from "../support/network/https-server.ts";

describe("the webhook for alerts", () => {
  test.each([
    "10.1.2.3",
    "127.0.0.1",
    "169.254.169.254",
    "192.168.0.9",
    "172.20.0.1",
    "100.64.0.1",
    "0.0.0.0",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
  ])("takes %s for private", (address) => expect(isPublic(address)).toBe(false));
  test.each([
    "::",
    "::1",
    "::8.8.8.8",
    "fe80::1",
    "fd00::1",
    "fec0::1",
    "ff02::1",
    "100::1",
    "4000::1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "2001::1",
    "2001:1ff::1",
    "2001:db8::1",
    "2002:a00:1::",
    "3fff::1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
  ])("takes %s for private", (address) => expect(isPublic(address)).toBe(false));
  test.each(["", "localhost", "8.8.8.8.example"])("takes %j, which is no address, for private", (text) =>
    expect(isPublic(text)).toBe(false),
  );
  test.each(["8.8.8.8", "172.32.0.1", "2606:4700::1111"])("takes %s for public", (address) =>
    expect(isPublic(address)).toBe(true),
  );

  test.each([
    ["http://example.com/", "not https"],
    ["https://127.0.0.1/", "private address"],
    ["https://[::1]/", "private address"],
    ["https://2130706433/", "private address"],
    ["https://0x7f.1/", "private address"],
    ["https://localhost/", "private address"],
  ])("sends nothing to %s", async (url, reason) => {
    await expect(sendWebhook(new URL(url), "{}")).rejects.toThrow(reason);
  });
});

describe("the webhook for alerts, with a server", () => {
  const NAME = "hooks.example";
  let server: HttpsServer | undefined;
  let resolved: string[] = [];
  afterEach(async () => {
    await server?.close();
    server = undefined;
    resolved = [];
  });

  /** A DNS that resolves every name to the same addresses. */
  const resolvingTo = (...addresses: string[]) =>
    ((name: string, _: object, callback: (error: null, found: object[]) => void) => {
      resolved.push(name);
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    }) as unknown as typeof lookup;

  async function send(
    answer: (request: IncomingMessage, response: ServerResponse) => void,
    options: WebhookOptions = {},
  ): Promise<void> {
    server = await startHttpsServer(NAME, answer);
    const internet = { resolve: resolvingTo("127.0.0.1"), isAllowed: () => true, ca: server.ca };
    await sendWebhook(new URL(`https://${NAME}:${server.port}/alerts?a=b`), '{"alert":"é"}', {
      ...internet,
      ...options,
    });
  }
  const ok = (_: IncomingMessage, response: ServerResponse) => void response.writeHead(204).end();

  test("sends one POST of JSON, to the address that its name resolved to once", async () => {
    const seen: unknown[] = [];
    await send((request, response) => {
      seen.push([request.method, request.url, request.headers["content-type"], request.headers.host]);
      ok(request, response);
    });
    expect(server!.received).toEqual(['{"alert":"é"}']);
    expect(seen).toEqual([["POST", "/alerts?a=b", "application/json", `${NAME}:${server!.port}`]]);
    expect(resolved).toEqual([NAME]);
  });

  test.each([
    [["10.0.0.1"]],
    [["127.0.0.1"]],
    [["169.254.169.254"]],
    [["::1"]],
    [["8.8.8.8", "10.0.0.1"]],
    [["fd00::1"]],
  ])("sends nothing to a name that resolves to %j", async (addresses) => {
    const sending = send(ok, { resolve: resolvingTo(...addresses), isAllowed: isPublic });
    await expect(sending).rejects.toThrow(`${NAME} is a private address`);
    expect([resolved, server!.received]).toEqual([[NAME], []]);
  });

  test.each([301, 302, 303, 307, 308])("does not follow a redirect (%d)", async (status) => {
    const sending = send((_, response) => void response.writeHead(status, { location: "/elsewhere" }).end());
    await expect(sending).rejects.toThrow(`the webhook answered ${status}`);
    expect(server!.received).toHaveLength(1);
  });

  test.each([400, 404, 500, 503])("fails with a %d", async (status) => {
    await expect(send((_, response) => void response.writeHead(status).end())).rejects.toThrow(`answered ${status}`);
  });

  test("sends nothing to a server whose certificate is self-signed, or another server's", async () => {
    await expect(send(ok, { ca: undefined as unknown as string })).rejects.toThrow("self-signed certificate");
    expect(server!.received).toEqual([]);
    const url = new URL(`https://other.example:${server!.port}/`);
    const options = { resolve: resolvingTo("127.0.0.1"), isAllowed: () => true, ca: server!.ca };
    await expect(sendWebhook(url, "{}", options)).rejects.toThrow("does not match certificate");
    expect(server!.received).toEqual([]);
  });

  test("gives up on a server that does not answer", async () => {
    // A slow machine may not connect in time. Then it gets more.
    let timeoutMs = 200;
    do {
      await expect(send(() => {}, { timeoutMs })).rejects.toThrow("aborted");
      timeoutMs *= 2;
    } while (server!.received.length === 0);
    expect(server!.received).toHaveLength(1);
  });

  test("does not wait for a body without an end, and leaves no connection behind", async () => {
    let closed: Promise<string> | undefined;
    await send((_, response) => {
      closed = new Promise((resolve) => response.once("close", () => resolve("closed")));
      response.writeHead(200).write("and so on ");
    });
    await expect(closed).resolves.toBe("closed");
  });
});
