import { measureFanOut } from "./rtdb/fan-out.ts";
import { measureIdle } from "./rtdb/idle.ts";
import { measureRules } from "./rtdb/rules.ts";
import { measureSiblings } from "./rtdb/siblings.ts";
import { measureWrites } from "./rtdb/writes.ts";
import type { Figure } from "./rtdb/figure.ts";

// The local Realtime Database server against bare references on the same machine in the same minute: ratios travel between
// machines, figures do not. Run alone: node scripts/bench/rtdb.ts [writes|fan-out|idle|rules|siblings]
const measures: Record<string, () => Promise<Figure[]>> = {
  writes: measureWrites,
  "fan-out": measureFanOut,
  idle: measureIdle,
  rules: measureRules,
  siblings: measureSiblings,
};

const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(measures)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const { what, value, unit, reference } of await measure()) {
    const ratio =
      reference === undefined
        ? ""
        : `   ${(value / reference.value).toFixed(2)} x ${reference.what} (${show(reference.value)} ${unit})`;
    console.log(`${what.padEnd(58)} ${show(value).padStart(9)} ${unit}${ratio}`);
  }
}

function show(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
