import { afterEach, describe, expect, test } from "@jest/globals";
import type { lookup } from "node:dns";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebhookOptions } from "../../functions/src/alerts/webhook.ts";
import { isPublic, sendWebhook } from "../../functions/src/alerts/webhook.ts";
import type { HttpsServer } from "../support/network/https-server.ts";
import { startHttpsServer } from "../support/network/https-server.ts";

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

describe("a webhook on a server", () => {
  const NAME = "hooks.example";
  let server: HttpsServer | undefined;
  let asked: string[] = [];
  afterEach(async () => {
    await server?.close();
    server = undefined;
    asked = [];
  });

  /** DNS with one answer for every name. */
  const answering = (...addresses: string[]) =>
    ((name: string, _: object, callback: (error: null, found: object[]) => void) => {
      asked.push(name);
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
    const internet = { resolve: answering("127.0.0.1"), isAllowed: () => true, ca: server.ca };
    await sendWebhook(new URL(`https://${NAME}:${server.port}/alerts?a=b`), '{"alert":"é"}', {
      ...internet,
      ...options,
    });
  }
  const ok = (_: IncomingMessage, response: ServerResponse) => void response.writeHead(204).end();

  test("gets one POST of JSON, at the address that its name was looked up to once", async () => {
    const seen: unknown[] = [];
    await send((request, response) => {
      seen.push([request.method, request.url, request.headers["content-type"], request.headers.host]);
      ok(request, response);
    });
    expect(server!.received).toEqual(['{"alert":"é"}']);
    expect(seen).toEqual([["POST", "/alerts?a=b", "application/json", `${NAME}:${server!.port}`]]);
    expect(asked).toEqual([NAME]);
  });

  test.each([
    [["10.0.0.1"]],
    [["127.0.0.1"]],
    [["169.254.169.254"]],
    [["::1"]],
    [["8.8.8.8", "10.0.0.1"]],
    [["fd00::1"]],
  ])("nothing is sent to a name that leads to %j", async (addresses) => {
    const sending = send(ok, { resolve: answering(...addresses), isAllowed: isPublic });
    await expect(sending).rejects.toThrow(`${NAME} is a private address`);
    expect([asked, server!.received]).toEqual([[NAME], []]);
  });

  test.each([301, 302, 303, 307, 308])("a redirect (%d) is not followed", async (status) => {
    const sending = send((_, response) => void response.writeHead(status, { location: "/elsewhere" }).end());
    await expect(sending).rejects.toThrow(`the webhook answered ${status}`);
    expect(server!.received).toHaveLength(1);
  });

  test.each([400, 404, 500, 503])("%d is a failure", async (status) => {
    await expect(send((_, response) => void response.writeHead(status).end())).rejects.toThrow(`answered ${status}`);
  });

  test("nothing is sent to a server whose certificate nobody vouches for, or that is another's", async () => {
    await expect(send(ok, { ca: undefined as unknown as string })).rejects.toThrow("self-signed certificate");
    expect(server!.received).toEqual([]);
    const url = new URL(`https://other.example:${server!.port}/`);
    const options = { resolve: answering("127.0.0.1"), isAllowed: () => true, ca: server!.ca };
    await expect(sendWebhook(url, "{}", options)).rejects.toThrow("does not match certificate");
    expect(server!.received).toEqual([]);
  });

  test("a server that does not answer is given up", async () => {
    // A machine may be too slow to get there in time; then it gets more.
    for (let timeout = 200; ; timeout *= 2) {
      await expect(send(() => {}, { timeout })).rejects.toThrow("aborted");
      if (server!.received.length > 0) break;
    }
    expect(server!.received).toHaveLength(1);
  });

  test("a body without an end is not waited for, and leaves no connection behind", async () => {
    let closed: Promise<string> | undefined;
    await send((_, response) => {
      closed = new Promise((resolve) => response.once("close", () => resolve("closed")));
      response.writeHead(200).write("and so on ");
    });
    await expect(closed).resolves.toBe("closed");
  });
});
