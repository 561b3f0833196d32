import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { deleteApp, initializeApp, onLog } from "firebase/app";
import {
  connectDatabaseEmulator,
  get,
  getDatabase,
  goOffline,
  onDisconnect,
  onValue,
  push,
  ref,
  set,
  update,
} from "firebase/database";
import { MAX_MESSAGE_LENGTH, MAX_NAMESPACES, MAX_SDK_WRITE_BYTES } from "../../../rtdb-server/limits.ts";
import { type RtdbServer, startRtdbServer } from "../../../rtdb-server/server.ts";
import { RawClient } from "../../support/rtdb/raw-client.ts";
import { until } from "../../support/until.ts";

let server: RtdbServer;
const warnings: string[] = [];

beforeAll(async () => {
  server = await startRtdbServer();
  onLog(({ message }) => warnings.push(message), { level: "warn" });
});
afterAll(async () => {
  onLog(null);
  await server.close();
});
beforeEach(() => {
  warnings.length = 0;
});

async function withSdk(
  namespace: string,
  work: (database: ReturnType<typeof getDatabase>) => Promise<void>,
): Promise<void> {
  const databaseURL = `http://${server.host}:${server.port}?ns=${namespace}`;
  const app = initializeApp({ databaseURL }, namespace);
  const database = getDatabase(app);
  connectDatabaseEmulator(database, server.host, server.port);
  try {
    await work(database);
  } finally {
    goOffline(database);
    await deleteApp(app);
  }
}

const text = (bytes: number): string => "x".repeat(bytes);
const MB = 1024 * 1024;
const TOO_BIG = /WRITE_TOO_BIG: Data to write exceeds the maximum size that can be modified with a single request/;

test("an SDK's write of 16 MB is done, and a larger one is refused as in production", async () => {
  await withSdk("sizes", async (database) => {
    const overhead = '{"a":"","b":""}'.length;
    const [a, b] = [text(8 * MB), text(MAX_SDK_WRITE_BYTES - 8 * MB - overhead)];
    await set(ref(database, "fits"), { a, b });
    await expect(set(ref(database, "big"), { a, b: `${b}x` })).rejects.toThrow(TOO_BIG);
    await expect(update(ref(database), { "big/a": a, "big/b": `${b}x` })).rejects.toThrow(TOO_BIG);
    await expect(push(ref(database, "big"), { a, b: `${b}x` })).rejects.toThrow(TOO_BIG);
    await expect(onDisconnect(ref(database, "big")).set({ a, b: `${b}x` })).rejects.toThrow(TOO_BIG);
    // Fewer characters than 16 Mi, but more bytes.
    await expect(set(ref(database, "big"), { a: "é".repeat(5 * MB), b: text(7 * MB) })).rejects.toThrow(TOO_BIG);
    expect(server.namespaces.get("sizes").root).toMatchObject({ children: { size: 1 } });
  });
});

test("an SDK's write that is longer than the server reads is refused too, and the connection stays", async () => {
  await withSdk("longer", async (database) => {
    const huge = Object.fromEntries(
      Array.from({ length: MAX_MESSAGE_LENGTH / MB / 8 + 1 }, (_, i) => [i, text(8 * MB)]),
    );
    await expect(set(ref(database, "huge"), huge)).rejects.toThrow(TOO_BIG);
    await set(ref(database, "small"), 1);
    expect((await get(ref(database))).val()).toEqual({ small: 1 });
  });
});

test("a namespace beyond the maximum, or with a bad name, is refused with a reason that an SDK shows", async () => {
  for (let i = server.namespaces.all().length; i < MAX_NAMESPACES; i += 1) server.namespaces.get(`n${i}`);
  const first = server.namespaces.all()[1]?.name ?? "";
  for (const [name, reason] of [
    ["one-too-many", `The server has ${MAX_NAMESPACES} namespaces already`],
    ["bad!name", "Invalid namespace"],
  ] as const) {
    await withSdk(name, async (database) => {
      onValue(ref(database, "x"), () => {});
      await until("the warning", () => warnings.some((warning) => warning.includes(reason)));
    });
    const raw = await RawClient.open({ host: server.host, port: server.port, namespace: name });
    await raw.closed();
    expect(raw.received).toEqual([{ t: "c", d: { t: "s", d: expect.stringContaining(reason) } }]);

    const url = `http://${server.host}:${server.port}`;
    const poll = await fetch(`${url}/.lp?start=t&cb=1&ns=${name}`);
    expect([poll.status, await poll.text()]).toEqual([200, expect.stringContaining(`"t":"s","d":"${reason}`)]);
    const rest = await fetch(`${url}/x.json?ns=${name}`);
    expect([rest.status >= 400, await rest.text()]).toEqual([true, expect.stringContaining(reason)]);
  }
  await withSdk(first, async (database) => {
    expect((await get(ref(database, "x"))).val()).toBeNull();
  });
});
