import { expect, test } from "@jest/globals";
import type { Meter } from "@opentelemetry/api";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createMetrics } from "../../../functions/src/telemetry/metrics.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { namesIn, readPage, rowsBelow } from "./pages.ts";

const PAGE = readPage("docs/operate.md");

function namesBelow(heading: string): string[] {
  return rowsBelow(PAGE, heading)
    .flatMap(([cell]) => namesIn(cell))
    .toSorted();
}

test("docs/operate.md has every metric, and no other", () => {
  const names: string[] = [];
  const note = (name: string) => names.push(name);
  createMetrics({ createCounter: note, createGauge: note, createHistogram: note } as unknown as Meter);
  expect(names.length).toBeGreaterThan(10);
  expect(namesBelow("Metrics")).toEqual(names.toSorted());
});

test("docs/operate.md has every alert with a runbook, and no other", () => {
  const source = readFileSync(join(root, "functions/src/alerts/alerts.ts"), "utf8");
  const [, union = ""] = /^export type AlertName =([^;]+);/m.exec(source) ?? [];
  const alerts = Array.from(union.matchAll(/"(\w+)"/g), ([, name = ""]) => name).toSorted();
  expect(alerts.length).toBeGreaterThan(3);
  expect(namesBelow("Alerts")).toEqual(alerts);
  for (const alert of alerts) {
    const [, runbook = ""] = PAGE.split(`\n### ${alert}\n`);
    for (const part of ["**It means:**", "**Users see:**", "**Look at", "**Do:**"]) {
      expect({ alert, part, isThere: runbook.split("\n#")[0]?.includes(part) }).toMatchObject({ isThere: true });
    }
  }
});
