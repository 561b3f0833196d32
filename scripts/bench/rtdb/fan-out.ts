import { BenchClient } from "./client.ts";
import { median } from "./figure.ts";
import { startReference, startRtdb } from "./process.ts";
import type { Figure } from "./figure.ts";

const LISTENERS = 1000;
const ROUNDS = 40;

/** Milliseconds from a write until the last of all listeners has it. */
async function fanOut(port: number, listen: boolean): Promise<number> {
  const clients: BenchClient[] = [];
  for (let i = 0; i < LISTENERS; i += 1) clients.push(await BenchClient.open(port));
  const writer = await BenchClient.open(port);
  if (listen)
    await Promise.all(
      clients.map((client) => client.ask("q", { p: "/hot", q: { i: ".key", l: 100, vf: "r" }, t: 1, h: "" })),
    );
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const all = new Promise<void>((resolve) => {
      let missing = LISTENERS;
      for (const client of clients) client.onPush = () => void ((missing -= 1) === 0 && resolve());
    });
    const data = { id: "c", content: "a small comment", user: { id: "u", username: "name" }, version: 1 };
    const push = JSON.stringify({ t: "d", d: { a: "m", b: { p: "hot", d: { [round]: data }, t: 1 } } });
    const begun = performance.now();
    await Promise.all([writer.ask("p", { p: `/hot/${round}`, d: data }, listen ? {} : { all: push }), all]);
    times.push(performance.now() - begun);
  }
  for (const client of [...clients, writer]) client.close();
  return median(times.slice(5));
}

export async function measureFanOut(): Promise<Figure[]> {
  const server = await startRtdb();
  const bare = await startReference();
  const reference = { what: "a bare broadcast", value: await fanOut(bare.port, false) };
  const value = await fanOut(server.port, true);
  await Promise.all([server.stop(), bare.stop()]);
  return [{ what: `one write until ${LISTENERS} listeners have it (median)`, value, unit: "ms", reference }];
}
