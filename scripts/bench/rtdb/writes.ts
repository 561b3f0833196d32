import { deleteApp, initializeApp } from "firebase/app";
import { connectDatabaseEmulator, getDatabase, goOffline, ref, set } from "firebase/database";
import { BenchClient } from "./client.ts";
import { type Figure, medians } from "./figure.ts";
import { startReference, startRtdb } from "./server-process.ts";

const CONNECTIONS = 10;
/** Unfinished writes of one connection. */
const CONCURRENCY = 50;
const WRITES = 8000;
const comment = { id: "c", content: "a small comment", user: { id: "u", username: "name" }, version: 1 };

type Write = (i: number) => Promise<void>;

/** The writes per second of all connections. */
async function measureRate(connections: Write[]): Promise<number> {
  let started = 0;
  const runWrites = async (write: Write): Promise<void> => {
    while (started < WRITES) {
      started += 1;
      await write(started);
    }
  };
  const start = performance.now();
  await Promise.all(connections.flatMap((write) => Array.from({ length: CONCURRENCY }, () => runWrites(write))));
  return WRITES / ((performance.now() - start) / 1000);
}

/** Measures with bare WebSockets. */
async function prepareRawWrites(port: number): Promise<() => Promise<number>> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => BenchClient.open(port)));
  const writes = clients.map((client): Write => {
    return (i) => client.request("p", { p: `/bench/${i % 1000}`, d: comment });
  });
  return () => measureRate(writes);
}

/** Measures with the unmodified SDK. */
function prepareSdkWrites(port: number): { measure: () => Promise<number>; stop: () => Promise<unknown> } {
  const databases = Array.from({ length: CONNECTIONS }, (_, i) => {
    const app = initializeApp({ projectId: "bench", databaseURL: `http://127.0.0.1:${port}?ns=bench` }, `bench-${i}`);
    const database = getDatabase(app);
    connectDatabaseEmulator(database, "127.0.0.1", port);
    return database;
  });
  const writes = databases.map(
    (database): Write =>
      (i) =>
        set(ref(database, `bench/${i % 1000}`), comment),
  );
  return {
    measure: () => measureRate(writes),
    stop: () => {
      for (const database of databases) goOffline(database);
      return Promise.all(databases.map(({ app }) => deleteApp(app)));
    },
  };
}

export async function measureWrites(): Promise<Figure[]> {
  const server = await startRtdb();
  const bare = await startReference();
  const sdk = prepareSdkWrites(server.port);
  const measurements = [await prepareRawWrites(bare.port), await prepareRawWrites(server.port), sdk.measure];
  await medians(2, measurements); // warm-up
  const [bareRate = 0, rawRate = 0, sdkRate = 0] = await medians(7, measurements);
  await sdk.stop();
  await Promise.all([server.stop(), bare.stop()]);
  const reference = { name: "a bare WebSocket server that responds", value: bareRate };
  return [
    {
      name: `small writes through ${CONNECTIONS} SDK connections (one client process)`,
      value: sdkRate,
      unit: "writes/s",
      reference,
    },
    { name: "the same without the SDK's own work", value: rawRate, unit: "writes/s", reference },
  ];
}
