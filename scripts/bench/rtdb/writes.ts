import { deleteApp, initializeApp } from "firebase/app";
import { connectDatabaseEmulator, getDatabase, goOffline, ref, set } from "firebase/database";
import { BenchClient } from "./client.ts";
import { inTurn } from "./figure.ts";
import { startReference, startRtdb } from "./process.ts";
import type { Figure } from "./figure.ts";

const CONNECTIONS = 10;
const IN_FLIGHT = 50;
const SLICE = 8000;
const comment = { id: "c", content: "a small comment", user: { id: "u", username: "name" }, version: 1 };

/** Writes per second of all writers together, each with so many under way at once. */
async function rate(writers: ((i: number) => Promise<void>)[], writes: number): Promise<number> {
  let next = 0;
  const begun = performance.now();
  const run = async (write: (i: number) => Promise<void>): Promise<void> => {
    while (next < writes) {
      next += 1;
      await write(next);
    }
  };
  await Promise.all(writers.flatMap((write) => Array.from({ length: IN_FLIGHT }, () => run(write))));
  return writes / ((performance.now() - begun) / 1000);
}

/** Measures with bare sockets, again and again. */
async function rawWriters(port: number): Promise<() => Promise<number>> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => BenchClient.open(port)));
  const writers = clients.map((client) => (i: number) => client.ask("p", { p: `/bench/${i % 1000}`, d: comment }));
  return () => rate(writers, SLICE);
}

/** Measures with the unmodified SDK, again and again. */
function sdkWriters(port: number): { measure: () => Promise<number>; stop: () => Promise<unknown> } {
  const databases = Array.from({ length: CONNECTIONS }, (_, i) => {
    const app = initializeApp({ projectId: "bench", databaseURL: `http://127.0.0.1:${port}?ns=bench` }, `bench-${i}`);
    const database = getDatabase(app);
    connectDatabaseEmulator(database, "127.0.0.1", port);
    return database;
  });
  const writers = databases.map((database) => (i: number) => set(ref(database, `bench/${i % 1000}`), comment));
  return {
    measure: () => rate(writers, SLICE),
    stop: () => {
      for (const database of databases) goOffline(database);
      return Promise.all(databases.map((database) => deleteApp(database.app)));
    },
  };
}

export async function measureWrites(): Promise<Figure[]> {
  const server = await startRtdb();
  const bare = await startReference();
  const sdkSide = sdkWriters(server.port);
  const measures = [await rawWriters(bare.port), await rawWriters(server.port), sdkSide.measure];
  await inTurn(2, measures); // warm
  const [reference = 0, raw = 0, sdk = 0] = await inTurn(7, measures);
  await sdkSide.stop();
  await Promise.all([server.stop(), bare.stop()]);
  const beside = { what: "a bare WebSocket server that answers", value: reference };
  return [
    {
      what: `small writes through ${CONNECTIONS} SDK connections (one client process)`,
      value: sdk,
      unit: "writes/s",
      reference: beside,
    },
    { what: `the same without the SDK's own work`, value: raw, unit: "writes/s", reference: beside },
  ];
}
