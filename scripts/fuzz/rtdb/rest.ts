import { request } from "node:http";
import { bomb, json, path, primitive, rules } from "./values.ts";
import type { Random } from "./random.ts";

const METHODS = ["GET", "GET", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "HEAD", "PROPFIND"] as const;
const PARAMS = [
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

function url(random: Random, ns: string): string {
  if (random.chance(0.03))
    return `/.lp?${random.pick(["start=t&cb=1", "id=x&pw=y", "start=t&cb=x", "dframe=t&id=x", "disconn=t"])}&ns=${ns}&seg0=${random.below(5)}&ts0=1&d0=${random.bytes(9).toString("base64url")}`;
  if (random.chance(0.02))
    return random.pick([
      "/",
      "//",
      "/%",
      "/.json?ns=%00",
      "/.settings/x",
      "/.inspect/databases.json",
      "/.settings/functionTriggers.json",
      `/.json?ns=${"n".repeat(200)}`,
      "*",
    ]);
  const place = path(random).split("/").map(encodeURIComponent).join("/");
  const params = new URLSearchParams({ ns });
  for (let i = random.below(4); i > 0; i -= 1) {
    const value = random.pick<unknown>([
      '"$key"',
      '"a"',
      '"$value"',
      "1",
      '"b"',
      "true",
      "pretty",
      "silent",
      "{",
      primitive(random),
    ]);
    params.set(random.pick(PARAMS), typeof value === "string" ? value : JSON.stringify(value));
  }
  return `${place.startsWith("/") ? "" : "/"}${place}${random.chance(0.98) ? ".json" : ""}?${params.toString()}`;
}

function body(random: Random): string | Buffer {
  if (random.chance(0.01)) return bomb(random);
  if (random.chance(0.02)) return random.bytes(50);
  if (random.chance(0.005)) return JSON.stringify("x".repeat(3_000_000));
  const text = JSON.stringify(json(random));
  return random.chance(0.95) ? text : text.slice(0, random.below(text.length));
}

function send(
  random: Random,
  port: number,
  method: string,
  target: string,
  headers: Record<string, string>,
  data: string | Buffer,
): Promise<number> {
  return new Promise((resolve) => {
    const sent = request({ host: "127.0.0.1", port, method, path: target, headers }, (response) => {
      const isStream = headers["accept"] === "text/event-stream" || target.startsWith("/.lp?id");
      if (isStream || random.chance(0.05)) setTimeout(() => sent.destroy(), random.below(50));
      response.resume();
      response.on("close", () => resolve(1));
      response.on("error", () => resolve(1));
    });
    sent.on("error", () => resolve(1));
    sent.setTimeout(10_000, () => sent.destroy());
    if (random.chance(0.02)) setTimeout(() => sent.destroy(), random.below(20));
    sent.end(method === "GET" || method === "HEAD" ? undefined : data);
  });
}

/** One REST request, sound or not, read to its end or dropped. */
export function attackRest(random: Random, port: number, ns: string): Promise<number> {
  const headers: Record<string, string> = {
    ...(random.chance(0.1) ? { accept: "text/event-stream" } : {}),
    ...(random.chance(0.2) ? { "x-firebase-etag": "true" } : {}),
    ...(random.chance(0.1) ? { "if-match": random.pick(["null_etag", "x", "*"]) } : {}),
    ...(random.chance(0.2) ? { authorization: random.pick(["Bearer owner", "Basic x", "Bearer"]) } : {}),
    ...(random.chance(0.05) ? { "x-http-method-override": random.pick(METHODS) } : {}),
  };
  return send(random, port, random.pick(METHODS), url(random, ns), headers, body(random));
}

/** Rules for a namespace of their own. */
export function attackRules(random: Random, port: number, ns: string): Promise<number> {
  return send(
    random,
    port,
    random.pick(["PUT", "GET"]),
    `/.settings/rules.json?ns=${ns}`,
    { authorization: "Bearer owner" },
    rules(random),
  );
}
