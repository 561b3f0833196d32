import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { RawClient } from "../../support/rtdb-raw.ts";
import { createTestDatabase } from "../../support/rtdb.ts";
import { until } from "../../support/until.ts";
import type { TestDatabase } from "../../support/rtdb.ts";

let database: TestDatabase;
let observer: RawClient;

beforeAll(async () => {
  database = await createTestDatabase();
  observer = await RawClient.open(database);
});
afterAll(() => database.close());

interface Script {
  readonly status: number;
  /** Each call of one of the page's two callbacks: its name and its arguments. */
  readonly calls: [string, unknown[]][];
}

async function poll(params: Record<string, string>): Promise<Script> {
  const query = new URLSearchParams({ ns: database.ns, ...params }).toString();
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

test("requests travel in segments, and answers and pushes come in numbered scripts without a gap", async () => {
  const session = await start();
  const answered = await poll({ ...session, ...segment(0, request(1, "q", { p: "/lp", h: "" })) });
  expect(answered.calls).toEqual([
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
  const held = poll(session);
  await observer.ask("p", { p: "/lp", d: "é😀" });
  expect((await held).calls).toEqual([["pRTLPCB7", [2, [{ t: "d", d: { a: "d", b: { p: "lp", d: "é😀" } } }]]]]);
});

test("a held poll is let go when another comes", async () => {
  const session = await start();
  const polls = [poll(session), poll(session)];
  expect((await Promise.race(polls)).calls).toEqual([["pRTLPCB7", [1, []]]]);
  await poll({ ...session, disconn: "t" });
  const closed = (await Promise.all(polls)).filter(({ calls }) => calls.at(-1)?.[0] === "pLPCommand7");
  expect(closed.map(({ calls }) => calls.at(-1))).toEqual([["pLPCommand7", ["close"]]]);
});

test("a farewell ends the session and does what was asked for on disconnect; so does a page that drops its held poll", async () => {
  for (const [place, leave] of [
    ["/farewell", (session: object) => poll({ ...session, disconn: "t" })],
    ["/dropped", dropHeld],
  ] as const) {
    const session = await start();
    await poll({ ...session, ...segment(0, request(1, "o", { p: place, d: "gone" })) });
    expect((await observer.ask("g", { p: place, q: {} })).d).toBeNull();
    await until(`the clean-up of ${place}`, async () => {
      await leave(session); // again, should the server not have held the poll yet that was dropped
      return (await observer.ask("g", { p: place, q: {} })).d === "gone";
    });
  }
});

async function dropHeld(session: object): Promise<void> {
  const aborted = new AbortController();
  const query = new URLSearchParams({ ns: database.ns, ...session }).toString();
  const held = fetch(`http://${database.host}:${database.port}/.lp?${query}`, { signal: aborted.signal });
  await observer.ask("s", {});
  aborted.abort();
  await held.catch(() => {});
}

test("nobody polls another's session, and a stranger's parameters are refused", async () => {
  const { id } = await start();
  expect((await poll({ id, pw: "wrong" })).status).toBe(400);
  expect((await poll({ id: "unknown", pw: "x" })).status).toBe(400);
  expect((await poll({ start: "t", cb: "alert(1)" })).status).toBe(400);
});

test("the frame that says farewell is a page of the session", async () => {
  const session = await start();
  const query = new URLSearchParams({ ...session, dframe: "t" }).toString();
  const response = await fetch(`http://${database.host}:${database.port}/.lp?${query}`);
  expect(response.headers.get("content-type")).toContain("text/html");
  expect(await response.text()).toContain(`disconn=t&id=${session.id}&pw=${session.pw}`);
});
