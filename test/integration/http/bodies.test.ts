import { beforeAll, expect, test } from "@jest/globals";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Instance } from "../../faults/system/fleet.ts";
import { contractOf } from "../../support/app/contract.ts";
import { useBuiltFleet } from "../../support/app/processes/built-fleet.ts";
import { peakMemory, sendHostileBodies } from "../../support/network/hostile-bodies.ts";

const fleet = useBuiltFleet();
let api: Instance;

beforeAll(async () => {
  api = await fleet.start("api");
});

const CREDENTIALS = JSON.stringify({ email: "nobody@example.com", password: "wrong", device: { id: "d" } });
const send = (path: string, init: RequestInit) => fetch(`${api.url}${path}`, init);

async function signIn(body: string | Buffer<ArrayBuffer>, headers: Record<string, string>) {
  const response = await send("/v1/sessions", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  const reply = { status: response.status, headers: response.headers, body: (await response.json()) as object };
  (await contractOf(send)).check("POST", "/v1/sessions", reply);
  return reply;
}

const compressed = Buffer.from(gzipSync(CREDENTIALS));
const bomb = Buffer.from(gzipSync(JSON.stringify({ email: "x".repeat(5_000_000) })));

test.each([
  ["gzip", "some bytes", compressed],
  ["gzip", "5 MB when decompressed", bomb],
  // Decompressed, it would make the framework respond 400, in HTML.
  ["gzip", "not JSON when decompressed", Buffer.from(gzipSync("no JSON"))],
  ["br", "some bytes", Buffer.from(brotliCompressSync(CREDENTIALS))],
  ["identity", "some bytes", Buffer.from(CREDENTIALS)],
])(
  "a body with Content-Encoding %s, %s, gets 415 and problem+json through functions-framework",
  async (encoding, _, body) => {
    const reply = await signIn(body, { "content-encoding": encoding });
    expect(reply).toMatchObject({ status: 415, body: { code: "unsupported_media_type" } });
    expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  },
);

test.each([
  ["not JSON", "{bad", "application/json", 400, "malformed_json"],
  ["empty", "", "application/json", 400, "malformed_json"],
  ["a string", '"x"', "application/json", 400, "invalid_request"],
  ["of an unknown charset", CREDENTIALS, "application/json; charset=x-unknown", 401, "invalid_credentials"],
  ["a form", "email=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"],
  ["text", CREDENTIALS, "text/plain", 415, "unsupported_media_type"],
  ["too large and not JSON", "x".repeat(20_000), "application/json", 413, "payload_too_large"],
  // More than the framework's JSON parser accepts.
  ["2 MB", JSON.stringify({ email: "x".repeat(2_000_000) }), "application/json", 413, "payload_too_large"],
])("a body that is %s gets problem+json too", async (_, body, type, status, code) => {
  const reply = await signIn(body, { "content-type": type });
  expect(reply).toMatchObject({ status, body: { code } });
  expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
});

test("100 bodies of 30 MB at once, on any path, leave the API under 512 MiB and able to respond", async () => {
  const hostile = sendHostileBodies(Number(new URL(api.url).port), 100);
  expect((await send("/v1/health", {})).status).toBe(200);
  expect(new Set(await hostile)).toEqual(new Set(["HTTP/1.1 413 Payload Too Large"]));
  expect(peakMemory(api.pid)).toBeLessThan(512);
});

test("a task function refuses a body that is larger than any task", async () => {
  const relay = await fleet.start("relayVideos");
  const body = JSON.stringify({ data: { video_id: "x".repeat(5_000) } });
  const headers = { "content-type": "application/json" };
  const reply = await fetch(relay.url, { method: "POST", headers, body });
  expect(await reply.json()).toMatchObject({ status: 413, code: "payload_too_large" });
  const hostile = await sendHostileBodies(Number(new URL(relay.url).port), 20);
  expect(new Set(hostile)).toEqual(new Set(["HTTP/1.1 413 Payload Too Large"]));
});

test("control: the same body without an encoding reaches the API", async () => {
  expect(await signIn(CREDENTIALS, {})).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
});
