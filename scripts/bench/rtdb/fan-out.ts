import { BenchClient } from "./client.ts";
import { type Figure, medians } from "./figure.ts";
import { startReference, startRtdb } from "./server-process.ts";

const LISTENERS = 1000;
const SLICES = 40;
const comment = { id: "c", content: "a small comment", user: { id: "u", username: "name" }, version: 1 };

/** Connects the listeners. @returns measures the milliseconds from a write until all listeners have it */
async function prepareFanOut(port: number, isRtdb: boolean): Promise<() => Promise<number>> {
  const listeners: BenchClient[] = [];
  for (let i = 0; i < LISTENERS; i += 1) listeners.push(await BenchClient.open(port));
  const writer = await BenchClient.open(port);
  if (isRtdb) {
    const window = { p: "/hot", q: { i: ".key", l: 100, vf: "r" }, t: 1, h: "" };
    await Promise.all(listeners.map((listener) => listener.request("q", window)));
  }
  let writes = 0;
  return async () => {
    writes += 1;
    const push = JSON.stringify({ t: "d", d: { a: "m", b: { p: "hot", d: { [writes]: comment }, t: 1 } } });
    const pushed = Promise.all(listeners.map(nextPush));
    const start = performance.now();
    const extra = isRtdb ? {} : { broadcast: push };
    await Promise.all([writer.request("p", { p: `/hot/${writes}`, d: comment }, extra), pushed]);
    return performance.now() - start;
  };
}

function nextPush(listener: BenchClient): Promise<void> {
  return new Promise((resolve) => {
    listener.onPush = resolve;
  });
}

export async function measureFanOut(): Promise<Figure[]> {
  const server = await startRtdb();
  const bare = await startReference();
  const measurements = [await prepareFanOut(bare.port, false), await prepareFanOut(server.port, true)];
  await medians(5, measurements); // warm-up
  const [bareValue = 0, value = 0] = await medians(SLICES, measurements);
  await Promise.all([server.stop(), bare.stop()]);
  const reference = { name: "a bare broadcast", value: bareValue };
  return [{ name: `one write until ${LISTENERS} listeners have it (median)`, value, unit: "ms", reference }];
}
