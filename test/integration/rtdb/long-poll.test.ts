import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { RawClient } from "../../support/rtdb/raw-client.ts";
import { type TestDatabase, createTestDatabase } from "../../support/rtdb/test-database.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;
let observer: RawClient;

beforeAll(async () => {
  database = await createTestDatabase();
  observer = await RawClient.open(database);
});
afterAll(() => database.close());

interface Script {
  readonly status: number;
  /** The calls of the page's callbacks in the script: name and arguments. */
  readonly calls: [string, unknown[]][];
}

async function poll(params: Record<string, string>): Promise<Script> {
  const query = new URLSearchParams({ ns: database.namespace, ...params }).toString();
  const response = await fetch(`http://${database.host}:${database.port}/.lp?${query}`);
  const calls = (await response.text()).matchAll(/parent\.window\["(\w+)"\]\((.*?)\);(?=parent|$)/gs);
  return {
    status: response.status,
    calls: [...calls].map(([, name, args]) => [name ?? "", JSON.parse(`[${args}]`) as unknown[]]),
  };
}

async function start(): Promise<{ id: string; pw: string }> {
  const { calls } = await poll({ start: "t", cb: "7", v: "5", ser: "1" });
  expect(calls[0]).toEqual(["pLPCommand7", ["start", expect.any(String), expect.any(String)]]);
  expect(calls[1]).toEqual([
    "pRTLPCB7",
    [0, [expect.objectContaining({ t: "c", d: expect.objectContaining({ t: "h" }) })]],
  ]);
  const [, id, pw] = calls[0]?.[1] ?? [];
  return { id: String(id), pw: String(pw) };
}

const segment = (number: number, message: object): Record<string, string> => ({
  seg0: `${number}`,
  ts0: "1",
  d0: Buffer.from(JSON.stringify(message)).toString("base64url"),
});
const request = (r: number, a: string, b: object): object => ({ t: "d", d: { r, a, b } });

test("requests are sent in segments, and responses and pushes come in scripts that are numbered without gaps", async () => {
  const session = await start();
  const first = await poll({ ...session, ...segment(0, request(1, "q", { p: "/lp", h: "" })) });
  expect(first.calls).toEqual([
    [
      "pRTLPCB7",
      [
        1,
        [
          { t: "d", d: { a: "d", b: { p: "lp", d: null } } },
          { t: "d", d: { r: 1, b: { s: "ok", d: {} } } },
        ],
      ],
    ],
  ]);
  const openPoll = poll(session);
  await observer.request("p", { p: "/lp", d: "é😀" });
  expect((await openPoll).calls).toEqual([["pRTLPCB7", [2, [{ t: "d", d: { a: "d", b: { p: "lp", d: "é😀" } } }]]]]);
});

test("an open poll gets a response when another poll comes", async () => {
  const session = await start();
  const polls = [poll(session), poll(session)];
  expect((await Promise.race(polls)).calls).toEqual([["pRTLPCB7", [1, []]]]);
  await poll({ ...session, disconn: "t" });
  const closed = (await Promise.all(polls)).filter(({ calls }) => calls.at(-1)?.[0] === "pLPCommand7");
  expect(closed.map(({ calls }) => calls.at(-1))).toEqual([["pLPCommand7", ["close"]]]);
});

test("a disconnect request ends the session and does the onDisconnect writes, and so does a dropped poll", async () => {
  for (const [path, leave] of [
    ["/disconnected", (session: object) => poll({ ...session, disconn: "t" })],
    ["/dropped", dropOpenPoll],
  ] as const) {
    const session = await start();
    await poll({ ...session, ...segment(0, request(1, "o", { p: path, d: "gone" })) });
    expect((await observer.request("g", { p: path, q: {} })).d).toBeNull();
    await until(`the onDisconnect write to ${path}`, async () => {
      await leave(session); // repeated, because the server may not have the poll yet when it is dropped
      return (await observer.request("g", { p: path, q: {} })).d === "gone";
    });
  }
});

async function dropOpenPoll(session: object): Promise<void> {
  const aborted = new AbortController();
  const query = new URLSearchParams({ ns: database.namespace, ...session }).toString();
  const openPoll = fetch(`http://${database.host}:${database.port}/.lp?${query}`, { signal: aborted.signal });
  await observer.request("s", {});
  aborted.abort();
  await openPoll.catch(() => {});
}

test("a poll with a wrong password, an unknown session or a bad callback is refused", async () => {
  const { id } = await start();
  expect((await poll({ id, pw: "wrong" })).status).toBe(400);
  expect((await poll({ id: "unknown", pw: "x" })).status).toBe(400);
  expect((await poll({ start: "t", cb: "alert(1)" })).status).toBe(400);
});

test("the page for the hidden frame disconnects its own session", async () => {
  const session = await start();
  const query = new URLSearchParams({ ...session, dframe: "t" }).toString();
  const response = await fetch(`http://${database.host}:${database.port}/.lp?${query}`);
  expect(response.headers.get("content-type")).toContain("text/html");
  expect(await response.text()).toContain(`disconn=t&id=${session.id}&pw=${session.pw}`);
});
