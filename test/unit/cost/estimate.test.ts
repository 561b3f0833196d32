import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { HOURS, MEASURED, type Machine, type Usage, estimate, totalOf } from "../../../scripts/cost/estimate.ts";
import { PRICES } from "../../../scripts/cost/prices.ts";
import { root } from "../../../scripts/platform/paths.ts";

const usage: Usage = { viewers: 0, comments: 0, hours: HOURS, videos: 1, minutes: 20 };
const machine: Machine = { vcpus: 1, gb: 3.75, storageGb: 10, hasStandby: false, replicas: 0 };

const dollarsOf = (what: string, of: Usage = usage, on: Machine = machine) =>
  estimate(of, on).find((line) => line.what === what)?.dollars;

describe("the estimate", () => {
  test("of a site that nobody uses is the database's machine and a schedule", () => {
    const { sqlVcpuHour, sqlGbHour, sqlGbStored } = PRICES;
    const sql = 730 * (sqlVcpuHour.dollars + 3.75 * sqlGbHour.dollars) + 10 * sqlGbStored.dollars;
    expect(dollarsOf("Cloud SQL")).toBeCloseTo(sql);
    expect(dollarsOf("Realtime Database, sent")).toBe(0);
    expect(dollarsOf("functions, calls")).toBe(0);
  });

  test("sends each comment to each viewer of its video", () => {
    // Viewers who stay for ever: what counts is the comments.
    const stadium = { viewers: 100_000, comments: 3_600, hours: HOURS, videos: 1, minutes: 1e9 };
    const { free } = PRICES.gbSent;
    const arriving = (100_000 * MEASURED.bytesPerArrival) / 1e9;
    const gb = (3_600 * HOURS * 100_000 * MEASURED.bytesPerDelivery) / 1e9;
    expect(dollarsOf("Realtime Database, sent", stadium)).toBeCloseTo(gb + arriving - free);
    const spread = { ...stadium, videos: 100 };
    expect(dollarsOf("Realtime Database, sent", spread)).toBeCloseTo(gb / 100 + arriving - free);
  });

  test("counts the database's machine again for the standby and for each replica", () => {
    const one = dollarsOf("Cloud SQL") ?? 0;
    expect(dollarsOf("Cloud SQL", usage, { ...machine, hasStandby: true, replicas: 2 })).toBeCloseTo(4 * one);
  });

  test("grows with every use", () => {
    const less = totalOf(estimate({ viewers: 10_000, comments: 10_000, hours: 500, videos: 10, minutes: 20 }, machine));
    for (const more of [{ viewers: 20_000 }, { hours: 700 }, { comments: 20_000 }, { videos: 5 }, { minutes: 10 }]) {
      const changed = { viewers: 10_000, comments: 10_000, hours: 500, videos: 10, minutes: 20, ...more };
      expect(totalOf(estimate(changed, machine))).toBeGreaterThan(less);
    }
  });
});

describe("npm run cost", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "scripts/cost.ts"), ...args], { encoding: "utf8" });

  test("prints a line for each part, the sum, and which prices nobody confirmed", () => {
    const { status, stdout } = run("--viewers", "1000", "--comments", "600");
    expect(status).toBe(0);
    expect(stdout).toMatch(/Cloud SQL[\s\S]*a month, in US dollars +[\d.]+\n/);
    expect(stdout).toMatch(/Not confirmed by a page of Google's: .*gbSent/);
  });

  test.each([[[]], [["--viewers", "many", "--comments", "1"]], [["--viewers", "1", "--comments=-1"]]])(
    "refuses %j",
    (args) => {
      const { status, stderr } = run(...args);
      expect([status, stderr]).toEqual([1, expect.stringMatching(/--\w+/)]);
    },
  );
});
