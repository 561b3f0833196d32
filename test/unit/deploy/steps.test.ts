import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { runCommandLine, runSteps, type Step } from "../../../scripts/deploy/steps.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { until } from "../../support/until.ts";

/** Steps that note when they run. The named one fails. */
function stepsWith(failing?: string): { steps: Step[]; ran: string[] } {
  const ran: string[] = [];
  const step = (name: string, isLive = false): Step => ({
    name,
    command: `do ${name}`,
    isLive,
    async run() {
      ran.push(name);
      if (name === failing) throw new Error("it broke");
    },
  });
  return { ran, steps: [step("doctor"), step("migrate"), step("functions", true), step("smoke test", true)] };
}

describe("a deployment", () => {
  const wayBack = "npm run deploy -- --project p --rollback";
  const lines: string[] = [];
  const options = { isDryRun: false, print: (line: string) => void lines.push(line), wayBack };

  test("runs its steps in order, and prints the command of each", async () => {
    const { steps, ran } = stepsWith();
    await runSteps(steps, options);
    expect(ran).toEqual(["doctor", "migrate", "functions", "smoke test"]);
    expect(lines).toEqual([
      "1/4 doctor: do doctor",
      "2/4 migrate: do migrate",
      "3/4 functions: do functions",
      "4/4 smoke test: do smoke test",
    ]);
  });

  test("runs nothing in a dry run", async () => {
    const { steps, ran } = stepsWith("doctor");
    await runSteps(steps, { ...options, isDryRun: true });
    expect(ran).toEqual([]);
  });

  test("that fails before anything is live stops, and says that nothing has changed", async () => {
    const { steps, ran } = stepsWith("migrate");
    await expect(runSteps(steps, options)).rejects.toThrow(/migrate failed: it broke\nNothing that users see/);
    expect(ran).toEqual(["doctor", "migrate"]);
  });

  test.each(["functions", "smoke test"])("whose step %s fails stops, and prints the way back", async (failing) => {
    const { steps } = stepsWith(failing);
    await expect(runSteps(steps, options)).rejects.toThrow(`The way back: ${wayBack}`);
  });
});

test.each([
  ["SIGINT", false, "Nothing that users see has changed"],
  ["SIGTERM", true, "Some of the new release may be live. The way back: npm run deploy -- --rollback"],
] as const)(
  "a deployment that gets %s ends its program, then says what is live (a step that is: %s)",
  async (signal, isLive, says) => {
    const program = `process.on("${signal}", () => setTimeout(() => process.exit(console.log("the program ended")), 200));
    console.log("the program runs");
    setTimeout(() => {}, 60_000);`;
    const hang = `const { runCommandLine, runSteps } = await import(${JSON.stringify(join(root, "scripts/deploy/steps.ts"))});
    const run = () => runCommandLine(process.execPath, ["--eval", ${JSON.stringify(program)}], ".");
    const options = { isDryRun: false, print: console.log, wayBack: "npm run deploy -- --rollback" };
    await runSteps([{ name: "functions", command: "deploy", isLive: ${isLive}, run }], options);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", hang], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    const closed = once(child, "close");
    await until("the program", () => out.includes("the program runs"));
    child.kill(signal);
    expect(await closed).toEqual([null, signal]);
    const lines = out.split("\n").filter((line) => line !== "");
    expect(lines.slice(-2)).toEqual(["the program ended", expect.stringContaining(`Interrupted. ${says}`)]);
  },
);

test("a program that ends with another code than 0 has failed", async () => {
  await runCommandLine(process.execPath, ["-e", ""], ".");
  await expect(runCommandLine(process.execPath, ["-e", "process.exit(3)"], ".")).rejects.toThrow("ended with 3");
  await expect(runCommandLine("/nonexistent", [], ".")).rejects.toThrow("ENOENT");
});
