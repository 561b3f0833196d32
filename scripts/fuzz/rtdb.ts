import { parseArgs } from "node:util";
import { Problem, runCommand } from "../platform/problem.ts";
import { type Memory, fuzz } from "./rtdb/run.ts";

const HELP = `Sends random frames and requests to a local Realtime Database server: node scripts/fuzz/rtdb.ts [options]

  --seconds N   how long (default 600)
  --seed N      draws the same numbers again; their order among eight workers is a matter of timing
  --help        show this help

Exit codes: 0 no faults, 1 failed, or faults were found.`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "600" },
      seed: { type: "string", default: String(Date.now() % 2 ** 32) },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  const [seed, seconds] = [toNumber("--seed", values.seed), toNumber("--seconds", values.seconds)];
  console.log(`seed ${seed}, ${seconds} s`);
  const { sent, memory, faults } = await fuzz({ seed, seconds, onProgress: console.log });

  console.log(`${sent} frames and requests`);
  console.log(
    `by quarter (MB): live heap ${byQuarter(memory, "liveHeapMb")}; resident ${byQuarter(memory, "residentMb")}`,
  );
  console.log(faults.length === 0 ? "no faults" : faults.slice(0, 20).join("\n"));
  process.exit(faults.length === 0 ? 0 : 1);
});

function toNumber(option: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new Problem(`${option} takes a whole number, not ${text}.`);
  return Number(text);
}

/** The mean of each quarter of the run. Memory that leaks grows from quarter to quarter. */
function byQuarter(memory: readonly Memory[], kind: keyof Memory): string {
  const quarter = Math.floor(memory.length / 4);
  const means = [0, 1, 2, 3].map((i) =>
    mean(memory.slice(i * quarter, (i + 1) * quarter).map((sample) => sample[kind])),
  );
  return means.map((mb) => mb.toFixed(1)).join(", ");
}

function mean(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
