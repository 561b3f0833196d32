import { parseArgs } from "node:util";
import { Problem, runCommand } from "../platform/problem.ts";
import { measureFanOut } from "./rtdb/fan-out.ts";
import { measureIdle } from "./rtdb/idle.ts";
import { measureRules } from "./rtdb/rules.ts";
import { measureSiblings } from "./rtdb/siblings.ts";
import { measureWrites } from "./rtdb/writes.ts";
import type { Figure } from "./rtdb/figure.ts";

const measurements: Record<string, () => Promise<Figure[]>> = {
  writes: measureWrites,
  "fan-out": measureFanOut,
  idle: measureIdle,
  rules: measureRules,
  siblings: measureSiblings,
};

const NAMES = Object.keys(measurements).join(", ");

const HELP = `Measures the local Realtime Database server beside a bare reference: node scripts/bench/rtdb.ts [NAME …]

  NAME     ${NAMES} (default: all)
  --help   show this help

Figures depend on the machine; their ratio to the reference, measured in the same minute, does not.
Exit codes: 0 done, 1 failed.`;

await runCommand(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  const unknown = positionals.find((name) => !Object.hasOwn(measurements, name));
  if (unknown !== undefined) throw new Problem(`There is no measurement ${unknown}. They are ${NAMES}.`);
  for (const [name, measure] of Object.entries(measurements)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    for (const figure of await measure()) console.log(lineOf(figure));
  }
});

function lineOf({ name, value, unit, reference }: Figure): string {
  const line = `${name.padEnd(58)} ${formatNumber(value).padStart(9)} ${unit}`;
  if (reference === undefined) return line;
  const ratio = (value / reference.value).toFixed(2);
  return `${line}   ${ratio} x ${reference.name} (${formatNumber(reference.value)} ${unit})`;
}

function formatNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
