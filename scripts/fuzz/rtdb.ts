import { parseArgs } from "node:util";
import { type Memory, fuzz } from "./rtdb/run.ts";

// Sends random frames and requests to a local Realtime Database server.
// Usage: node scripts/fuzz/rtdb.ts [--seconds 600] [--seed N]
const { values } = parseArgs({ options: { seconds: { type: "string", default: "600" }, seed: { type: "string" } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 32);
const seconds = Number(values.seconds);
console.log(`seed ${seed}, ${seconds} s`);
const { sent, memory, faults } = await fuzz({ seed, seconds, onProgress: console.log });

console.log(`${sent} frames and requests`);
console.log(`by quarter (MB): live heap ${byQuarter("liveHeapMb")}; resident ${byQuarter("residentMb")}`);
console.log(faults.length === 0 ? "no faults" : faults.slice(0, 20).join("\n"));
process.exit(faults.length === 0 ? 0 : 1);

/** The mean of each quarter of the run. Memory that leaks grows from quarter to quarter. */
function byQuarter(kind: keyof Memory): string {
  const quarter = Math.floor(memory.length / 4);
  const means = [0, 1, 2, 3].map((i) =>
    mean(memory.slice(i * quarter, (i + 1) * quarter).map((sample) => sample[kind])),
  );
  return means.map((mb) => mb.toFixed(1)).join(", ");
}

function mean(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
