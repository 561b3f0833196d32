import { parseArgs } from "node:util";
import { fuzz } from "./rtdb/run.ts";

// Random frames and requests against the local Realtime Database server: node scripts/fuzz/rtdb.ts [--seconds 600] [--seed N]
const { values } = parseArgs({ options: { seconds: { type: "string", default: "600" }, seed: { type: "string" } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 32);
const seconds = Number(values.seconds);
console.log(`seed ${seed}, ${seconds} s`);
const { sent, memory, faults } = await fuzz(seed, seconds, console.log);

const quarter = Math.floor(memory.length / 4);
function byQuarter(of: "liveHeap" | "resident"): string {
  const parts = [0, 1, 2, 3].map((i) => memory.slice(i * quarter, (i + 1) * quarter).map((sample) => sample[of]));
  return parts.map((values) => (values.reduce((sum, mb) => sum + mb, 0) / values.length).toFixed(1)).join(", ");
}
console.log(`${sent} frames and requests`);
console.log(`by quarter (MB): live heap ${byQuarter("liveHeap")}; resident ${byQuarter("resident")}`);
console.log(faults.length === 0 ? "no faults" : faults.slice(0, 20).join("\n"));
process.exit(faults.length === 0 ? 0 : 1);
