import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { local } from "../../../scripts/platform/paths.ts";
import { buildFunctions } from "../../faults/build.ts";
import type { Fleet, Instance } from "../../faults/fleet.ts";
import { createFleet } from "../../faults/fleet.ts";
import { contractOf } from "../../support/app/contract.ts";

let folder: string;
let fleet: Fleet;
let api: Instance;

// The built function under functions-framework, as Cloud Run has it: what unpacks a body stands before our code.
beforeAll(async () => {
  folder = await mkdtemp(join(local, "compressed-"));
  const source = await buildFunctions(join(folder, "build"), []);
  const key = `test:${"x".repeat(43)}`;
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  fleet = createFleet({
    source,
    folder,
    onLog: () => {},
    env: { ...env, ACCESS_TOKEN_KEYS: key, REFRESH_TOKEN_KEYS: key },
  });
  api = await fleet.start("api");
});
afterAll(async () => {
  await fleet?.close();
  await rm(folder, { recursive: true });
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

const packed = Buffer.from(gzipSync(CREDENTIALS));
const grown = Buffer.from(gzipSync(JSON.stringify({ email: "x".repeat(5_000_000) })));

test.each([
  ["gzip", "some bytes", packed],
  ["gzip", "5 MB unpacked", grown],
  // Unpacked, the framework itself would answer it 400, in HTML.
  ["gzip", "no JSON when unpacked", Buffer.from(gzipSync("no JSON"))],
  ["br", "some bytes", Buffer.from(brotliCompressSync(CREDENTIALS))],
  ["identity", "some bytes", Buffer.from(CREDENTIALS)],
])(
  "a body with Content-Encoding %s, %s, is answered 415 with problem+json through functions-framework",
  async (encoding, _, body) => {
    const reply = await signIn(body, { "content-encoding": encoding });
    expect(reply).toMatchObject({ status: 415, body: { code: "unsupported_media_type" } });
    expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  },
);

test.each([
  ["no JSON", "{bad", "application/json", 400, "malformed_json"],
  ["nothing", "", "application/json", 400, "malformed_json"],
  ["a string", '"x"', "application/json", 400, "invalid_request"],
  ["of an unknown charset", CREDENTIALS, "application/json; charset=x-unknown", 401, "invalid_credentials"],
  ["a form", "email=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"],
  ["text", CREDENTIALS, "text/plain", 415, "unsupported_media_type"],
  ["too large and no JSON", "x".repeat(20_000), "application/json", 413, "payload_too_large"],
  // More than the framework's parser of JSON takes.
  ["2 MB", JSON.stringify({ email: "x".repeat(2_000_000) }), "application/json", 413, "payload_too_large"],
])("a body that is %s is answered with problem+json too", async (_, body, type, status, code) => {
  const reply = await signIn(body, { "content-type": type });
  expect(reply).toMatchObject({ status, body: { code } });
  expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
});

test("the same body as it is goes through", async () => {
  expect(await signIn(CREDENTIALS, {})).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
});
