import { request } from "node:http";
import { excessiveJson, randomJson, randomPath, randomPrimitive, randomRules } from "./values.ts";
import type { Random } from "./random.ts";

const METHODS = ["GET", "GET", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "HEAD", "PROPFIND"] as const;
const PARAMETERS = [
  "orderBy",
  "startAt",
  "endAt",
  "equalTo",
  "startAfter",
  "limitToFirst",
  "limitToLast",
  "shallow",
  "print",
  "format",
  "auth",
  "access_token",
  "auth_variable_override",
  "callback",
  "x",
] as const;
const PARAMETER_VALUES = ['"$key"', '"a"', '"$value"', "1", '"b"', "true", "pretty", "silent", "{"] as const;
const SPECIAL_URLS = [
  "/",
  "//",
  "/%",
  "/.json?ns=%00",
  "/.settings/x",
  "/.inspect/databases.json",
  "/.settings/functionTriggers.json",
  `/.json?ns=${"n".repeat(200)}`,
  "*",
] as const;
const LONG_POLLS = ["start=t&cb=1", "id=x&pw=y", "start=t&cb=x", "dframe=t&id=x", "disconn=t"] as const;

/** Sends one REST request, valid or not, and reads the response or drops it. */
export function fuzzRest(random: Random, port: number, namespace: string): Promise<void> {
  const headers: Record<string, string> = {};
  if (random.chance(0.1)) headers["accept"] = "text/event-stream";
  if (random.chance(0.2)) headers["x-firebase-etag"] = "true";
  if (random.chance(0.1)) headers["if-match"] = random.pick(["null_etag", "x", "*"]);
  if (random.chance(0.2)) headers["authorization"] = random.pick(["Bearer owner", "Basic x", "Bearer"]);
  if (random.chance(0.05)) headers["x-http-method-override"] = random.pick(METHODS);
  return sendRequest(random, port, {
    method: random.pick(METHODS),
    url: randomUrl(random, namespace),
    headers,
    body: randomBody(random),
  });
}

/** Reads or replaces the rules of a namespace. */
export function fuzzRules(random: Random, port: number, namespace: string): Promise<void> {
  return sendRequest(random, port, {
    method: random.pick(["PUT", "GET"]),
    url: `/.settings/rules.json?ns=${namespace}`,
    headers: { authorization: "Bearer owner" },
    body: randomRules(random),
  });
}

function randomUrl(random: Random, namespace: string): string {
  if (random.chance(0.03)) {
    const segment = `seg0=${random.below(5)}&ts0=1&d0=${random.bytes(9).toString("base64url")}`;
    return `/.lp?${random.pick(LONG_POLLS)}&ns=${namespace}&${segment}`;
  }
  if (random.chance(0.02)) return random.pick(SPECIAL_URLS);
  const path = randomPath(random).split("/").map(encodeURIComponent).join("/");
  const ending = random.chance(0.98) ? ".json" : "";
  return `${path.startsWith("/") ? "" : "/"}${path}${ending}?${randomParameters(random, namespace).toString()}`;
}

function randomParameters(random: Random, namespace: string): URLSearchParams {
  const parameters = new URLSearchParams({ ns: namespace });
  const count = random.below(4);
  for (let i = 0; i < count; i += 1) {
    const value = random.chance(0.9) ? random.pick(PARAMETER_VALUES) : randomPrimitive(random);
    parameters.set(random.pick(PARAMETERS), typeof value === "string" ? value : JSON.stringify(value));
  }
  return parameters;
}

function randomBody(random: Random): string | Buffer {
  if (random.chance(0.01)) return excessiveJson(random);
  if (random.chance(0.02)) return random.bytes(50);
  if (random.chance(0.005)) return JSON.stringify("x".repeat(3_000_000));
  const text = JSON.stringify(randomJson(random));
  return random.chance(0.95) ? text : text.slice(0, random.below(text.length));
}

interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
}

function sendRequest(random: Random, port: number, { method, url, headers, body }: RawRequest): Promise<void> {
  return new Promise((resolve) => {
    const sent = request({ host: "127.0.0.1", port, method, path: url, headers }, (response) => {
      const mayStayOpen = headers["accept"] === "text/event-stream" || url.startsWith("/.lp?id");
      if (mayStayOpen || random.chance(0.05)) setTimeout(() => sent.destroy(), random.below(50));
      response.resume();
      response.on("close", resolve);
      response.on("error", () => resolve());
    });
    sent.on("error", () => resolve());
    sent.setTimeout(10_000, () => sent.destroy());
    if (random.chance(0.02)) setTimeout(() => sent.destroy(), random.below(20));
    sent.end(method === "GET" || method === "HEAD" ? undefined : body);
  });
}
