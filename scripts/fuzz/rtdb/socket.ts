import { connect } from "node:net";
import { WebSocket } from "ws";
import { bomb, json, path, query } from "./values.ts";
import type { Random } from "./random.ts";

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

const unsigned = (claims: unknown): string => `e30.${Buffer.from(JSON.stringify(claims) ?? "").toString("base64url")}.`;

function body(random: Random, action: string): unknown {
  if (random.chance(0.03)) return json(random);
  const p = random.chance(0.99) ? path(random) : json(random);
  switch (action) {
    case "p":
    case "o":
      return { p, d: json(random), ...(random.chance(0.1) ? { h: random.pick<unknown>(["", "x", 5]) } : {}) };
    case "m":
    case "om":
      return {
        p,
        d: random.chance(0.9)
          ? Object.fromEntries(Array.from({ length: random.below(5) }, () => [path(random), json(random)]))
          : json(random),
      };
    case "q":
    case "n":
      return random.chance(0.5)
        ? { p, h: "" }
        : { p, h: "", q: query(random), t: random.pick<unknown>([1, 2, 3, 4, 5, 0, -1, "1"]) };
    case "g":
      return { p, q: random.chance(0.5) ? {} : query(random) };
    case "auth":
      return {
        cred: random.pick<unknown>([unsigned({ sub: "u", iat: 0 }), unsigned({}), unsigned(5), "a.b.c", "", 5, null]),
      };
    case "gauth":
      return { cred: "owner", ...(random.chance(0.5) ? { authvar: json(random) } : {}) };
    default:
      return { p };
  }
}

function frame(random: Random): string | Buffer {
  if (random.chance(0.9)) {
    const action = random.pick(ACTIONS);
    const text = JSON.stringify({
      t: random.chance(0.99) ? "d" : "c",
      d: { r: random.below(1e6), a: action, b: body(random, action) },
    });
    return random.chance(0.97) ? text : text.slice(0, random.below(text.length));
  }
  return random.pick<string | Buffer>([
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
    bomb(random),
    random.bytes(20).toString("latin1"),
    random.bytes(20),
  ]);
}

/** One connection: some frames, and then one of the ways in which connections end. */
export async function attackSocket(random: Random, port: number, ns: string): Promise<number> {
  const extra = random.pick(["", "&ls=x", "&s=x", "&p=1:2:web:3", "&v=4"]);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/.ws?v=5&ns=${ns}${extra}`, { handshakeTimeout: 5000 });
  socket.on("error", () => socket.terminate());
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await Promise.race([closed, new Promise<void>((resolve) => socket.once("message", () => resolve()))]);
  const frames = random.below(40);
  for (let i = 0; i < frames && socket.readyState === WebSocket.OPEN; i += 1) {
    const data = frame(random);
    socket.send(data, { binary: typeof data !== "string" });
    if (random.chance(0.1)) await new Promise((resolve) => setImmediate(resolve));
  }
  if (random.chance(0.3)) socket.close();
  else if (random.chance(0.5)) socket.terminate();
  else setTimeout(() => socket.terminate(), random.below(200));
  await closed;
  return frames;
}

/** Bytes that are no HTTP, or HTTP that stops half way. */
export async function attackTcp(random: Random, port: number): Promise<number> {
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
  return 1;
}
