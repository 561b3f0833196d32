import { parseArgs } from "node:util";
import { fuzz } from "./rtdb/run.ts";

// Random frames and requests against the local Realtime Database server: node scripts/fuzz/rtdb.ts [--seconds 600] [--seed N]
const { values } = parseArgs({ options: { seconds: { type: "string", default: "600" }, seed: { type: "string" } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 32);
const seconds = Number(values.seconds);
console.log(`seed ${seed}, ${seconds} s`);
const { sent, memory, faults } = await fuzz(seed, seconds, console.log);

const quarter = Math.floor(memory.length / 4);
const average = (from: number, to: number): number =>
  Math.round(memory.slice(from, to).reduce((sum, mb) => sum + mb, 0) / (to - from));
console.log(`${sent} frames and requests`);
console.log(
  `memory by quarter (MB): ${[0, 1, 2, 3].map((i) => average(i * quarter, (i + 1) * quarter)).join(", ")}; most ${Math.round(Math.max(...memory))}`,
);
console.log(faults.length === 0 ? "no faults" : faults.slice(0, 20).join("\n"));
process.exit(faults.length === 0 ? 0 : 1);
