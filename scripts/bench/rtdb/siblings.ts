import { Namespace } from "../../../rtdb-server/data/namespace.ts";
import { ADMIN } from "../../../rtdb-server/rules/identity.ts";
import { parseWireQuery } from "../../../rtdb-server/session/wire-query.ts";
import { BenchClient } from "./client.ts";
import { type Figure, medians } from "./figure.ts";
import { startRtdb } from "./server-process.ts";
import type { Listener } from "../../../rtdb-server/data/view.ts";

const WRITES = 4000;
const MANY = 100_000;

const createListener = (): Listener => ({ owner: {}, push: () => {}, recheck: () => {} });

function listOf(siblings: number): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: siblings }, (_, i) => [`k${i}`, { n: i, text: "some text" }]));
}

/** Measures the microseconds of a small write in the server, with a listener to a window of ten siblings. */
function prepareWrites({ siblings, otherListeners }: { siblings: number; otherListeners: number }): () => number {
  const namespace = new Namespace("bench", null);
  namespace.write([{ path: ["list"], json: listOf(siblings) }], ADMIN);
  namespace.addListener(["list"], parseWireQuery({ i: "n", l: 10, vf: "r" }), createListener());
  for (let i = 0; i < otherListeners; i += 1) namespace.addListener(["elsewhere", `${i}`], null, createListener());
  let writes = 0;
  return () => {
    const start = performance.now();
    for (let i = 0; i < WRITES; i += 1) {
      namespace.write([{ path: ["list", `k${writes % siblings}`], json: { n: writes, text: "some text" } }], ADMIN);
      writes += 1;
    }
    return ((performance.now() - start) * 1000) / WRITES;
  };
}

/** Measures the microseconds of a small write over a socket, one write after the other. */
async function prepareSocketWrites(port: number, siblings: number): Promise<() => Promise<number>> {
  const client = await BenchClient.open(port);
  const path = `/list-${siblings}`;
  await client.request("p", { p: path, d: listOf(siblings) });
  let writes = 0;
  return async () => {
    const start = performance.now();
    for (let i = 0; i < WRITES / 4; i += 1) {
      await client.request("p", { p: `${path}/k${writes % siblings}`, d: { n: writes, text: "some text" } });
      writes += 1;
    }
    return ((performance.now() - start) * 1000) / (WRITES / 4);
  };
}

export async function measureSiblings(): Promise<Figure[]> {
  const measurements = [
    prepareWrites({ siblings: 10, otherListeners: 0 }),
    prepareWrites({ siblings: MANY, otherListeners: 0 }),
    prepareWrites({ siblings: 10, otherListeners: 20_000 }),
  ];
  await medians(3, measurements); // warm-up
  const [few = 0, many = 0, withListeners = 0] = await medians(15, measurements);

  const server = await startRtdb();
  const socketMeasurements = [await prepareSocketWrites(server.port, 10), await prepareSocketWrites(server.port, MANY)];
  await medians(2, socketMeasurements); // warm-up
  const [socketFew = 0, socketMany = 0] = await medians(9, socketMeasurements);
  await server.stop();

  const figure = (name: string, value: number, tenSiblings: number): Figure => {
    return { name, value, unit: "us", reference: { name: "with 10 siblings", value: tenSiblings } };
  };
  return [
    figure("a write over a socket, with 100,000 siblings", socketMany, socketFew),
    figure("the server's part of it, under a window of ten", many, few),
    figure("the same with 10 siblings and 20,000 listeners elsewhere", withListeners, few),
  ];
}
