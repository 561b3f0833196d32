import { BenchClient } from "./client.ts";
import { inTurn } from "./figure.ts";
import { startReference, startRtdb } from "./process.ts";
import type { Figure } from "./figure.ts";

const LISTENERS = 1000;
const ROUNDS = 40;
const data = { id: "c", content: "a small comment", user: { id: "u", username: "name" }, version: 1 };

/** Measures the milliseconds from a write until the last of all listeners has it, again and again. */
async function fanOut(port: number, isRtdb: boolean): Promise<() => Promise<number>> {
  const clients: BenchClient[] = [];
  for (let i = 0; i < LISTENERS; i += 1) clients.push(await BenchClient.open(port));
  const writer = await BenchClient.open(port);
  if (isRtdb) {
    const window = { p: "/hot", q: { i: ".key", l: 100, vf: "r" }, t: 1, h: "" };
    await Promise.all(clients.map((client) => client.ask("q", window)));
  }
  let round = 0;
  return async () => {
    round += 1;
    const all = new Promise<void>((resolve) => {
      let missing = LISTENERS;
      for (const client of clients) client.onPush = () => void ((missing -= 1) === 0 && resolve());
    });
    const push = JSON.stringify({ t: "d", d: { a: "m", b: { p: "hot", d: { [round]: data }, t: 1 } } });
    const begun = performance.now();
    await Promise.all([writer.ask("p", { p: `/hot/${round}`, d: data }, isRtdb ? {} : { all: push }), all]);
    return performance.now() - begun;
  };
}

export async function measureFanOut(): Promise<Figure[]> {
  const server = await startRtdb();
  const bare = await startReference();
  const measures = [await fanOut(bare.port, false), await fanOut(server.port, true)];
  await inTurn(5, measures); // warm
  const [reference = 0, value = 0] = await inTurn(ROUNDS, measures);
  await Promise.all([server.stop(), bare.stop()]);
  const beside = { what: "a bare broadcast", value: reference };
  return [{ what: `one write until ${LISTENERS} listeners have it (median)`, value, unit: "ms", reference: beside }];
}
