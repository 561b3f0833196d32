import { Namespace } from "../../../rtdb-server/data/namespace.ts";
import { parseQuery } from "../../../rtdb-server/query/query.ts";
import { ADMIN } from "../../../rtdb-server/session/credentials.ts";
import { BenchClient } from "./client.ts";
import { inTurn } from "./figure.ts";
import { startRtdb } from "./process.ts";
import type { Figure } from "./figure.ts";

const SLICE = 4000;
const MANY = 100_000;

const listOf = (siblings: number): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: siblings }, (_, i) => [`k${i}`, { n: i, text: "some text" }]));

/** Measures the microseconds of a small write among so many siblings, under a window of ten, with so many listeners elsewhere. */
function writeTime(siblings: number, listenersElsewhere: number): () => number {
  const namespace = new Namespace("bench", null);
  namespace.write([{ path: ["list"], json: listOf(siblings) }], ADMIN);
  const listener = { owner: {}, push: () => {}, recheck: () => {} };
  namespace.listens.add(["list"], parseQuery({ i: "n", l: 10, vf: "r" }), listener, namespace.root);
  for (let i = 0; i < listenersElsewhere; i += 1) {
    const other = { owner: {}, push: () => {}, recheck: () => {} };
    namespace.listens.add(["elsewhere", `${i}`], null, other, namespace.root);
  }
  let i = 0;
  return () => {
    const begun = performance.now();
    for (const end = i + SLICE; i < end; i += 1) {
      namespace.write([{ path: ["list", `k${i % siblings}`], json: { n: i, text: "some text" } }], ADMIN);
    }
    return ((performance.now() - begun) * 1000) / SLICE;
  };
}

/** The same over a socket, one write after the other. */
async function socketWriteTime(port: number, siblings: number): Promise<() => Promise<number>> {
  const client = await BenchClient.open(port);
  await client.ask("p", { p: `/list-${siblings}`, d: listOf(siblings) });
  let i = 0;
  return async () => {
    const begun = performance.now();
    for (const end = i + SLICE / 4; i < end; i += 1) {
      await client.ask("p", { p: `/list-${siblings}/k${i % siblings}`, d: { n: i, text: "some text" } });
    }
    return ((performance.now() - begun) * 1000) / (SLICE / 4);
  };
}

export async function measureSiblings(): Promise<Figure[]> {
  const measures = [writeTime(10, 0), writeTime(MANY, 0), writeTime(10, 20_000)];
  await inTurn(3, measures); // warm
  const [few = 0, many = 0, elsewhere = 0] = await inTurn(15, measures);
  const server = await startRtdb();
  const overSocket = [await socketWriteTime(server.port, 10), await socketWriteTime(server.port, MANY)];
  await inTurn(2, overSocket);
  const [socketFew = 0, socketMany = 0] = await inTurn(9, overSocket);
  await server.stop();
  const beside = { what: "with 10 siblings", value: few };
  return [
    {
      what: "a write over a socket, with 100,000 siblings",
      value: socketMany,
      unit: "us",
      reference: { ...beside, value: socketFew },
    },
    { what: "the server's part of it, under a window of ten", value: many, unit: "us", reference: beside },
    {
      what: "the same with 10 siblings and 20,000 listeners elsewhere",
      value: elsewhere,
      unit: "us",
      reference: beside,
    },
  ];
}
