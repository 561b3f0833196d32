import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Namespaces } from "../../../../rtdb-server/data/namespaces.ts";
import { MAX_EARLY_MESSAGES, MAX_LISTENS, MAX_QUERY_LENGTH } from "../../../../rtdb-server/limits.ts";
import { END_TRANSMISSION } from "../../../../rtdb-server/session/messages.ts";
import { Sessions } from "../../../../rtdb-server/session/sessions.ts";
import { unsignedToken } from "../../../support/rtdb/unsigned-token.ts";
import type { Session } from "../../../../rtdb-server/session/session.ts";
import type { Transport } from "../../../../rtdb-server/session/transport.ts";

/** A transport that keeps what the session sends. */
class RecordingTransport implements Transport {
  readonly sent: string[] = [];
  isClosed = false;

  send(message: string): void {
    this.sent.push(message);
  }
  close(): void {
    this.isClosed = true;
  }
  abort(): void {
    this.isClosed = true;
  }
  /** The last message, which is a response. */
  get lastResponse(): unknown {
    return (JSON.parse(this.sent.at(-1) ?? "") as { d: { b: unknown } }).d.b;
  }
}

const url = (params = ""): URL => new URL(`http://localhost/.ws?ns=test${params}`);
const request = (a: string, b: unknown): string => JSON.stringify({ t: "d", d: { r: 1, a, b } });

function openSession(): { session: Session; transport: RecordingTransport; namespaces: Namespaces } {
  const transport = new RecordingTransport();
  const namespaces = new Namespaces("test", null);
  const session = new Sessions(namespaces).open(url(), transport, "localhost");
  return { session, transport, namespaces };
}

test("the number of listens is limited; at the limit one can be replaced, or ended to make room", () => {
  const { session, transport } = openSession();
  const listen = (path: string): unknown => {
    session.receive(request("q", { p: path, h: "" }));
    return transport.lastResponse;
  };
  for (let i = 0; i < MAX_LISTENS; i += 1) listen(`/a${i}`);
  expect(listen("/one-too-many")).toEqual({ s: "limit_exceeded", d: expect.any(String) });
  expect(listen("/a0")).toEqual({ s: "ok", d: {} });
  session.receive(request("n", { p: "/a0" }));
  expect(listen("/one-more")).toEqual({ s: "ok", d: {} });
});

test("the length of a query is limited", () => {
  const { session, transport } = openSession();
  const get = (length: number): unknown => {
    session.receive(request("g", { p: "/x", q: { i: ".key", sp: "x".repeat(length) } }));
    return transport.lastResponse;
  };
  expect(get(MAX_QUERY_LENGTH / 2)).toEqual({ s: "ok", d: null });
  expect(get(MAX_QUERY_LENGTH)).toEqual({ s: "invalid_data", d: expect.stringContaining("longer") });
});

test("a revocation repeats the query as the client sent it", () => {
  const { session, transport, namespaces } = openSession();
  const q = { l: 2, i: "a/b", sp: "\u2028é\ud800", sin: true, vf: "l" };
  session.receive(request("q", { p: "/x/y", t: 7, q, h: "" }));
  session.receive(request("q", { p: "/x", h: "" }));
  transport.sent.length = 0;
  namespaces.get("test").setRules('{"rules": {}}');
  expect(transport.sent.map((text): unknown => JSON.parse(text))).toEqual([
    { t: "d", d: { a: "c", b: { p: "x/y", q: [q] } } },
    { t: "d", d: { a: "c", b: { p: "x" } } },
  ]);
});

test("messages over the new transport wait until the client has ended the old one", () => {
  const { session, transport } = openSession();
  const upgrade = new RecordingTransport();
  session.offerUpgrade(upgrade);
  session.receiveOver(upgrade, request("p", { p: "/x", d: "second" }));
  session.receive(request("p", { p: "/x", d: "first" }));
  session.receive(END_TRANSMISSION);
  expect(transport.isClosed).toBe(true);
  expect(upgrade.lastResponse).toEqual({ s: "ok", d: "" });
  session.receiveOver(upgrade, request("g", { p: "/x", q: {} }));
  expect(upgrade.lastResponse).toEqual({ s: "ok", d: "second" });
});

test("a client that sends too many messages before it ends the old transport is disconnected", () => {
  const { session, transport } = openSession();
  const upgrade = new RecordingTransport();
  session.offerUpgrade(upgrade);
  const sendEarly = (): void => session.receiveOver(upgrade, request("s", {}));
  for (let i = 0; i < MAX_EARLY_MESSAGES; i += 1) sendEarly();
  expect(upgrade.isClosed).toBe(false);
  sendEarly();
  expect([upgrade.isClosed, transport.isClosed]).toEqual([true, true]);
});

test("the number of sessions is limited, and a client that comes back at the limit takes its own place", () => {
  const sessions = new Sessions(new Namespaces("test", null), 2);
  const open = (params = ""): Session => sessions.open(url(params), new RecordingTransport(), "localhost");
  const first = open();
  open();
  expect(() => open()).toThrow(expect.objectContaining({ status: "limit_exceeded" }));
  expect(() => open(`&ls=${first.id}`)).not.toThrow();
});

describe("at the expiry of a token", () => {
  const HOUR_MS = 3_600_000;
  const rules = JSON.stringify({
    rules: { open: { ".read": true }, own: { ".read": "auth != null", ".write": "auth != null" } },
  });
  const token = (lifetimeMs: number): string =>
    unsignedToken({ sub: "u", iat: 1, exp: (Date.now() + lifetimeMs) / 1000 });
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function listenTwice(lifetimeMs: number): { session: Session; transport: RecordingTransport } {
    const transport = new RecordingTransport();
    const session = new Sessions(new Namespaces("test", rules)).open(url(), transport, "localhost");
    session.receive(request("auth", { cred: token(lifetimeMs) }));
    session.receive(request("q", { p: "/open", h: "" }));
    session.receive(request("q", { p: "/own", h: "" }));
    expect(transport.lastResponse).toEqual({ s: "ok", d: {} });
    transport.sent.length = 0;
    return { session, transport };
  }

  test("the client is told first, then the listens end that it may not have without the token", () => {
    const { session, transport } = listenTwice(HOUR_MS);
    jest.advanceTimersByTime(HOUR_MS - 1);
    expect(transport.sent).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(transport.sent.map((text) => JSON.parse(text) as unknown)).toEqual([
      { t: "d", d: { a: "ac", b: { s: "expired_token", d: "Auth token is expired." } } },
      { t: "d", d: { a: "c", b: { p: "own" } } },
    ]);
    session.receive(request("p", { p: "/own", d: 1 }));
    expect(transport.lastResponse).toEqual({ s: "permission_denied", d: "Permission denied" });
  });

  test("nothing happens if the client has a newer token by then, has signed out, or is gone", () => {
    for (const [action, body] of [
      ["auth", { cred: token(3 * HOUR_MS) }],
      ["gauth", { cred: "owner" }],
    ] as const) {
      const { session, transport } = listenTwice(HOUR_MS);
      session.receive(request(action, body));
      transport.sent.length = 0;
      jest.advanceTimersByTime(2 * HOUR_MS);
      expect(transport.sent).toEqual([]);
      session.end();
    }
    const gone = listenTwice(HOUR_MS);
    gone.session.end();
    jest.advanceTimersByTime(2 * HOUR_MS);
    expect(gone.transport.sent).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test("a token can expire later than a timer can wait", () => {
    const days = 100 * 24 * HOUR_MS;
    const { transport } = listenTwice(days);
    jest.advanceTimersByTime(days - 1);
    expect(transport.sent).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(transport.sent).toHaveLength(2);
  });
});

test("a request that is too long to be read is refused by its number; anything else so long ends the connection", () => {
  const { session, transport } = openSession();
  session.refuseTooLong('{"t":"d","d":{"r":7,"a":"p","b":{"p":"/x","d":"xx');
  expect(JSON.parse(transport.sent.at(-1) ?? "")).toEqual({
    t: "d",
    d: { r: 7, b: { s: "write_too_big", d: expect.stringContaining("maximum size") } },
  });
  expect(transport.isClosed).toBe(false);
  session.refuseTooLong("xxxxxxxx");
  expect(transport.isClosed).toBe(true);
});
