import { deleteApp, initializeApp } from "firebase/app";
import { connectDatabaseEmulator, getDatabase, goOffline, ref, set } from "firebase/database";
import { BenchClient } from "./client.ts";
import { startReference, startRtdb } from "./process.ts";
import type { Figure } from "./figure.ts";

const CONNECTIONS = 10;
const IN_FLIGHT = 50;
const WRITES = 40_000;
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

async function rawRate(port: number): Promise<number> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => BenchClient.open(port)));
  const writers = clients.map((client) => (i: number) => client.ask("p", { p: `/bench/${i % 1000}`, d: comment }));
  await rate(writers, WRITES / 4);
  const result = await rate(writers, WRITES);
  for (const client of clients) client.close();
  return result;
}

async function sdkRate(port: number): Promise<number> {
  const databases = Array.from({ length: CONNECTIONS }, (_, i) => {
    const database = getDatabase(
      initializeApp({ projectId: "bench", databaseURL: `http://127.0.0.1:${port}?ns=bench` }, `bench-${i}`),
    );
    connectDatabaseEmulator(database, "127.0.0.1", port);
    return database;
  });
  const writers = databases.map((database) => (i: number) => set(ref(database, `bench/${i % 1000}`), comment));
  await rate(writers, WRITES / 4);
  const result = await rate(writers, WRITES);
  for (const database of databases) goOffline(database);
  await Promise.all(databases.map((database) => deleteApp(database.app)));
  return result;
}

export async function measureWrites(): Promise<Figure[]> {
  const server = await startRtdb();
  const bare = await startReference();
  const reference = { what: "a bare WebSocket server that answers", value: await rawRate(bare.port) };
  const raw = await rawRate(server.port);
  const sdk = await sdkRate(server.port);
  await Promise.all([server.stop(), bare.stop()]);
  return [
    {
      what: `small writes through ${CONNECTIONS} SDK connections (one client process)`,
      value: sdk,
      unit: "writes/s",
      reference,
    },
    { what: `the same without the SDK's own work`, value: raw, unit: "writes/s", reference },
  ];
}
