import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { connect } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { root } from "../../../scripts/platform/paths.ts";
import { FrameworkProcess } from "../../support/app/processes/framework-process.ts";
import { exchange, headOf, peakMemory, sendHostileBodies } from "../../support/network/hostile-bodies.ts";
import { until } from "../../support/until.ts";

const MODULE = pathToFileURL(join(root, "functions/src/runtime/request-guard.ts")).href;
const MAX_BYTES = 1_024;
const METHODS = ["POST", "PUT", "PATCH", "DELETE", "GET", "OPTIONS", "QUERY"];
const PATHS = ["/", "/v1/sessions", "/%761/sessions", "/x?y=/v1/", "/favicon.ico"];
const JSON_BODY = Buffer.from('{"content":"hello"}');
const NOTHING = { piece: "", count: 0 };
const COMPRESSED = Buffer.from(gzipSync(JSON_BODY));

describe("with a limit", () => {
  const framework = new FrameworkProcess(`import { guardRequests } from "${MODULE}"; guardRequests(${MAX_BYTES});`);
  beforeAll(() => framework.start());
  afterAll(() => framework.close());

  test("the function gets the bytes and the parsed JSON, whatever the path", async () => {
    for (const path of ["/", "/v1/sessions"]) {
      expect(await framework.report(path, JSON_BODY)).toMatchObject({
        rawBody: JSON_BODY.toString("base64"),
        body: { content: "hello" },
      });
    }
  });

  test("a body that is not JSON reaches the function", async () => {
    const report = await framework.report("/v1/sessions", Buffer.from("{"));
    expect(report).not.toHaveProperty("body");
    expect(report.rawBody).toBe(Buffer.from("{").toString("base64"));
  });

  test("a body of exactly the limit passes, and one byte more does not", async () => {
    const bodyOf = (bytes: number) => Buffer.from(JSON.stringify("x".repeat(bytes - 2)));
    expect((await framework.post("/", bodyOf(MAX_BYTES))).status).toBe(200);
    const refused = await framework.post("/", bodyOf(MAX_BYTES + 1));
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(await refused.json()).toMatchObject({ status: 413, code: "payload_too_large" });
  });

  // All at once: the server gives each refused client a second to go.
  const REQUESTS = METHODS.flatMap((method) => PATHS.map((path) => `${method} ${path}`));
  const statusesOf = async (header: string, body: { piece: string; count: number }) => {
    const exchanges = REQUESTS.map(async (request) => {
      const [method = "", path = ""] = request.split(" ");
      const { status } = await exchange(framework.port, headOf(method, path, header), body);
      return [request, status];
    });
    return Promise.all(exchanges);
  };
  const TOO_LARGE = REQUESTS.map((request) => [request, "HTTP/1.1 413 Payload Too Large"]);

  test("a Content-Length over the limit gets 413 before a byte of the body is sent, by every method on every path", async () => {
    expect(await statusesOf("content-length: 30000000", NOTHING)).toEqual(TOO_LARGE);
  });

  test("a chunked body is cut off at the limit, by every method on every path", async () => {
    // The body never ends by itself.
    const piece = `400\r\n${"x".repeat(1_024)}\r\n`;
    expect(await statusesOf("transfer-encoding: chunked", { piece, count: 5 })).toEqual(TOO_LARGE);
  });

  test("a client that goes on sending after it was refused is cut off", async () => {
    const piece = `10000\r\n${"x".repeat(65_536)}\r\n`;
    const head = headOf("POST", "/", "transfer-encoding: chunked");
    const { status } = await exchange(framework.port, head, { piece, count: 1e9 });
    expect(status).toBe("HTTP/1.1 413 Payload Too Large");
  });

  test.each(["/%", "/v1/videos/%zz/comments", "/%c0%af", "/%E0%A4%A"])(
    "the path %s gets 400 as a problem",
    async (path) => {
      const { status, response } = await exchange(framework.port, headOf("GET", path, "accept: */*"), NOTHING);
      expect(status).toBe("HTTP/1.1 400 Bad Request");
      expect(response).toContain('"code":"invalid_request"');
    },
  );

  test("a compressed body gets 415 and is not unpacked", async () => {
    for (const path of PATHS) {
      const refused = await framework.post(path, COMPRESSED, { "content-encoding": "gzip" });
      expect(await refused.json()).toMatchObject({ status: 415, code: "unsupported_media_type" });
    }
  });

  test("a client that goes away in the middle of its body does no harm", async () => {
    const head = headOf("POST", "/", "content-length: 100");
    for (let n = 0; n < 50; n += 1) {
      await new Promise<void>((resolve) => {
        const socket = connect(framework.port, "127.0.0.1");
        socket.on("error", () => {});
        socket.on("close", () => resolve());
        socket.write(`${head}some`, () => socket.destroy());
      });
    }
    expect((await framework.post("/", JSON_BODY)).status).toBe(200);
  });

  test("100 bodies of 30 MB at once do not take the process over 512 MiB", async () => {
    const statuses = await sendHostileBodies(framework.port, 100);
    expect(new Set(statuses)).toEqual(new Set(["HTTP/1.1 413 Payload Too Large"]));
    expect(peakMemory(framework.pid)).toBeLessThan(512);
    expect((await framework.post("/", JSON_BODY)).status).toBe(200);
  });

  test("requests that share a connection each get their own response", async () => {
    const one = (text: string) =>
      `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
    const last = headOf("POST", "/", "content-length: 30000000");
    const { response } = await exchange(framework.port, one('"a"') + one('"b"') + last, NOTHING);
    expect(response.match(/HTTP\/1.1 \d+|"body":"."/g)).toEqual([
      "HTTP/1.1 200",
      '"body":"a"',
      "HTTP/1.1 200",
      '"body":"b"',
      "HTTP/1.1 413",
    ]);
  });
});

describe("control: without a limit", () => {
  const framework = new FrameworkProcess();
  beforeAll(() => framework.start());
  afterAll(() => framework.close());

  test("a larger body is parsed", async () => {
    const body = Buffer.from(JSON.stringify("x".repeat(MAX_BYTES)));
    expect((await framework.post("/", body)).status).not.toBe(413);
  });

  test("a path that cannot be decoded is answered by the framework, in HTML", async () => {
    const { response } = await exchange(framework.port, headOf("GET", "/%", "accept: */*"), NOTHING);
    expect(response).toContain("text/html");
  });

  test("malformed JSON is answered by the framework", async () => {
    expect((await framework.post("/v1/sessions", Buffer.from("{"))).status).toBe(400);
  });

  test("a compressed body is unpacked", async () => {
    const { rawBody } = await framework.report("/v1/sessions", COMPRESSED, { "content-encoding": "gzip" });
    expect(rawBody).toBe(JSON_BODY.toString("base64"));
  });

  // The last: it ends the process, which would be busy with the body for half a minute.
  test("one body of 30 MB takes the process over 512 MiB", async () => {
    const piece = `[${"[],".repeat(10_000_000)}[]]`;
    // Its memory is what matters, not the response.
    const exchanged = exchange(framework.port, headOf("POST", "/x", `content-length: ${piece.length}`), {
      piece,
      count: 1,
    });
    await until("512 MiB", () => peakMemory(framework.pid) > 512);
    framework.close();
    await exchanged;
  });
});
