import { expect, test } from "@jest/globals";
import type { Meter } from "@opentelemetry/api";
import { createMetrics } from "../../../functions/src/telemetry/metrics.ts";
import { measureProcess } from "../../../functions/src/telemetry/process-metrics.ts";
import { namesIn, readPage, rowsBelow } from "./pages.ts";

const PAGE = readPage("docs/operate.md");

const PARTS = ["**It means:**", "**Users see:**", "**Look at", "**Do:**"];

function namesBelow(page: string, heading: string): string[] {
  return rowsBelow(page, heading)
    .flatMap(([cell]) => namesIn(cell))
    .toSorted();
}

function metrics(): string[] {
  const names: string[] = [];
  const instrument = (name: string) => {
    names.push(name);
    return { add() {}, addCallback() {} };
  };
  const meter = {
    createCounter: instrument,
    createUpDownCounter: instrument,
    createGauge: instrument,
    createObservableGauge: instrument,
    createHistogram: instrument,
  } as unknown as Meter;
  createMetrics(meter);
  measureProcess(meter)();
  return names.toSorted();
}

function alerts(): string[] {
  const [, union = ""] = /^export type AlertName =([^;]+);/m.exec(readPage("functions/src/alerts/alerts.ts")) ?? [];
  return Array.from(union.matchAll(/"(\w+)"/g), ([, name = ""]) => name).toSorted();
}

/** The parts that the runbooks of a page lack, such as "drift: **Do:**". */
function missingParts(page: string): string[] {
  return alerts().flatMap((alert) => {
    const [, rest = ""] = page.split(`\n### ${alert}\n`);
    const [runbook = ""] = rest.split("\n#");
    return PARTS.filter((part) => !runbook.includes(part)).map((part) => `${alert}: ${part}`);
  });
}

test("docs/operate.md has every metric, and no other", () => {
  expect(metrics().length).toBeGreaterThan(10);
  expect(namesBelow(PAGE, "Metrics")).toEqual(metrics());
});

test("docs/operate.md has every alert with a whole runbook, and no other", () => {
  expect(alerts().length).toBeGreaterThan(3);
  expect(namesBelow(PAGE, "Alerts")).toEqual(alerts());
  expect(missingParts(PAGE)).toEqual([]);
});

test("control: a missing metric and a missing part of a runbook are noticed", () => {
  expect(namesBelow(PAGE.replace(/^\| `drift` +\| counter.*\n/m, ""), "Metrics")).not.toEqual(metrics());
  expect(missingParts(PAGE.replace(/### drift[\s\S]*?(?=\n### )/, ""))).toEqual(PARTS.map((part) => `drift: ${part}`));
});
