import { connect } from "node:net";
import { WebSocket } from "ws";
import { excessiveJson, randomJson, randomPath, randomQuery } from "./values.ts";
import type { Random } from "./random.ts";

/** Writes and listens are repeated to make them more frequent. */
const ACTIONS = [
  "p",
  "p",
  "p",
  "m",
  "m",
  "q",
  "q",
  "n",
  "g",
  "o",
  "om",
  "oc",
  "auth",
  "gauth",
  "unauth",
  "s",
  "appcheck",
  "zzz",
] as const;
const TAGS = [1, 2, 3, 4, 5, 0, -1, "1"] as const;
const CREDENTIALS = [
  unsignedToken({ sub: "u", iat: 0 }),
  unsignedToken({}),
  unsignedToken(5),
  "a.b.c",
  "",
  5,
  null,
] as const;
const BAD_FRAMES = [
  "0",
  "3",
  "999999",
  "1000000",
  "-1",
  "",
  "{}",
  "null",
  "[]",
  '"x"',
  '{"t":"c","d":{"t":"p","d":{}}}',
  '{"t":"c","d":{"t":"n","d":{}}}',
  '{"t":"d","d":{"r":1}}',
  '{"t":"d","d":{"r":"1","a":5}}',
  '{"t":"x","d":{}}',
] as const;

function unsignedToken(claims: unknown): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.`;
}

/** Opens a WebSocket, sends some frames, and ends it in a random way. @returns how many frames it meant to send */
export async function fuzzSocket(random: Random, port: number, namespace: string): Promise<number> {
  const extraParams = random.pick(["", "&ls=x", "&s=x", "&p=1:2:web:3", "&v=4"]);
  const url = `ws://127.0.0.1:${port}/.ws?v=5&ns=${namespace}${extraParams}`;
  const socket = new WebSocket(url, { handshakeTimeout: 5000 });
  socket.on("error", () => socket.terminate());
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const greeted = new Promise<void>((resolve) => socket.once("message", () => resolve()));
  await Promise.race([closed, greeted]);
  const frames = random.below(40);
  for (let i = 0; i < frames && socket.readyState === WebSocket.OPEN; i += 1) {
    const frame = randomFrame(random);
    socket.send(frame, { binary: typeof frame !== "string" });
    if (random.chance(0.1)) await new Promise((resolve) => setImmediate(resolve));
  }
  if (random.chance(0.3)) socket.close();
  else if (random.chance(0.5)) socket.terminate();
  else setTimeout(() => socket.terminate(), random.below(200));
  await closed;
  return frames;
}

function randomFrame(random: Random): string | Buffer {
  if (random.chance(0.9)) return randomMessage(random);
  if (random.chance(0.8)) return random.pick(BAD_FRAMES);
  return random.pick<string | Buffer>([excessiveJson(random), random.bytes(20).toString("latin1"), random.bytes(20)]);
}

function randomMessage(random: Random): string {
  const action = random.pick(ACTIONS);
  const request = { r: random.below(1e6), a: action, b: randomRequestBody(random, action) };
  const text = JSON.stringify({ t: random.chance(0.99) ? "d" : "c", d: request });
  return random.chance(0.97) ? text : text.slice(0, random.below(text.length));
}

function randomRequestBody(random: Random, action: string): unknown {
  if (random.chance(0.03)) return randomJson(random);
  const p = random.chance(0.99) ? randomPath(random) : randomJson(random);
  switch (action) {
    case "p":
    case "o":
      return { p, d: randomJson(random), ...(random.chance(0.1) ? { h: random.pick<unknown>(["", "x", 5]) } : {}) };
    case "m":
    case "om":
      return { p, d: random.chance(0.9) ? randomUpdate(random) : randomJson(random) };
    case "q":
    case "n":
      return { p, h: "", ...(random.chance(0.5) ? {} : { q: randomQuery(random), t: random.pick<unknown>(TAGS) }) };
    case "g":
      return { p, q: random.chance(0.5) ? {} : randomQuery(random) };
    case "auth":
      return { cred: random.pick<unknown>(CREDENTIALS) };
    case "gauth":
      return { cred: "owner", ...(random.chance(0.5) ? { authvar: randomJson(random) } : {}) };
    default:
      return { p };
  }
}

function randomUpdate(random: Random): unknown {
  const entry = (): [string, unknown] => [randomPath(random), randomJson(random)];
  return Object.fromEntries(Array.from({ length: random.below(5) }, entry));
}

/** Opens a TCP connection, and sends bytes that are not HTTP, or HTTP that stops in the middle. */
export async function fuzzTcp(random: Random, port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => socket.destroy());
  socket.write(
    random.pick<string | Buffer>([
      random.bytes(200),
      "GET / HTTP/1.1\r\n",
      "GET /.ws?v=5&ns=x HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
      "GET /.ws?ns=x HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\xff\xff\xff\xff",
      "GET //\\ HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
      "PUT /x.json HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{",
      "PUT /x.json HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
      `GET /${"x".repeat(20_000)} HTTP/1.1\r\n\r\n`,
    ]),
  );
  setTimeout(() => (random.chance(0.5) ? socket.destroy() : socket.resetAndDestroy()), 20 + random.below(100));
  await closed;
}
