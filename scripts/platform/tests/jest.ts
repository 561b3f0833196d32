import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { endGroup } from "../processes/child.ts";
import { root } from "../paths.ts";
import { Problem } from "../problem.ts";
import type { Project } from "./arguments.ts";

/** What of Jest's `--json` report counts. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  /** Files that could not even be loaded; no test of theirs is counted as failed. */
  numRuntimeErrorTestSuites: number;
}

export interface JestRun {
  /** Whether all passed and Jest ended by itself. */
  passed: Promise<boolean>;
  /** Ends Jest and what its tests started and left. Safe to repeat. */
  stop: () => Promise<void>;
}

/** Something that a test left open keeps Jest alive after its report; it gets this long, in milliseconds, also on a slow machine. */
const PATIENCE_MS = 60_000;

/** Runs Jest on the terminal, leading a process group of its own, its report in a file of the folder. */
export function startJest(folder: string, projects: Project[], args: string[], env: Record<string, string>): JestRun {
  const report = reportIn(folder);
  const child = spawn(
    process.execPath,
    [
      "--experimental-vm-modules",
      "--disable-warning=ExperimentalWarning",
      join(root, "node_modules/jest/bin/jest.js"),
      ...["--selectProjects", ...projects, "--json", `--outputFile=${report}`],
      ...args,
    ],
    { cwd: root, env: { ...process.env, ...env }, stdio: "inherit", detached: true },
  );
  const passed = new Promise<boolean>((resolve, reject) => {
    let patience: NodeJS.Timeout | undefined;
    const looking = setInterval(() => {
      if (!existsSync(report)) return;
      patience ??= setTimeout(() => {
        console.error("Jest does not end: a test left something open. Find it with -- --detectOpenHandles.");
        child.kill("SIGKILL");
      }, PATIENCE_MS);
    }, 200);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearInterval(looking);
      clearTimeout(patience);
      resolve(code === 0);
    });
  });
  const stop = async () => {
    if (child.pid !== undefined) await endGroup(child.pid);
  };
  return { passed, stop };
}

export function readReport(folder: string): JestReport {
  const file = reportIn(folder);
  if (!existsSync(file)) throw new Problem("Jest ended without a report.");
  const report: JestReport = JSON.parse(readFileSync(file, "utf8"));
  return report;
}

/** "12 passed, 0 failed" or "12 passed, 0 failed, 3 skipped". A run that did not pass never says "0 failed". */
export function totalsLine(report: JestReport, passed: boolean): string {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites || (passed ? 0 : 1);
  const skipped = report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : "";
  return `${report.numPassedTests} passed, ${failed} failed${skipped}`;
}

function reportIn(folder: string): string {
  return join(folder, "jest.json");
}
