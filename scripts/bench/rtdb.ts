import { measureFanOut } from "./rtdb/fan-out.ts";
import { measureIdle } from "./rtdb/idle.ts";
import { measureRules } from "./rtdb/rules.ts";
import { measureSiblings } from "./rtdb/siblings.ts";
import { measureWrites } from "./rtdb/writes.ts";
import type { Figure } from "./rtdb/figure.ts";

// Measures the local Realtime Database server beside a bare reference, on the same machine in the same minute. Figures depend on the
// machine; their ratio to the reference does not. Usage: node scripts/bench/rtdb.ts [writes|fan-out|idle|rules|siblings]
const measurements: Record<string, () => Promise<Figure[]>> = {
  writes: measureWrites,
  "fan-out": measureFanOut,
  idle: measureIdle,
  rules: measureRules,
  siblings: measureSiblings,
};

const requested = process.argv.slice(2);
for (const [name, measure] of Object.entries(measurements)) {
  if (requested.length > 0 && !requested.includes(name)) continue;
  for (const figure of await measure()) console.log(lineOf(figure));
}

function lineOf({ name, value, unit, reference }: Figure): string {
  const line = `${name.padEnd(58)} ${formatNumber(value).padStart(9)} ${unit}`;
  if (reference === undefined) return line;
  const ratio = (value / reference.value).toFixed(2);
  return `${line}   ${ratio} x ${reference.name} (${formatNumber(reference.value)} ${unit})`;
}

function formatNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
