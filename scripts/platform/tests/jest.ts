import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.ts";
import { Problem } from "../problem.ts";
import { killGroup } from "../processes/process-table.ts";
import type { Project } from "./arguments.ts";

/** The part of Jest's `--json` report that we read. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  /** Files that did not load. Their tests are not among the failed ones. */
  numRuntimeErrorTestSuites: number;
}

export interface JestOptions {
  /** Jest writes its report here. */
  folder: string;
  projects: Project[];
  args: string[];
  env: Record<string, string>;
}

export interface JestRun {
  /** The leader of its process group; undefined if it could not be started. */
  pid: number | undefined;
  /** Resolves with whether all tests passed and Jest exited by itself. */
  passed: Promise<boolean>;
  /** Kills Jest and the processes that its tests started. Safe to repeat. */
  stop: () => Promise<void>;
}

/** A test that left a handle open keeps Jest alive after its report. It may take this long, even on a slow machine. */
const EXIT_TIMEOUT_MS = 60_000;

/** Runs Jest on the terminal, in a process group of its own. */
export function startJest({ folder, projects, args, env }: JestOptions): JestRun {
  const report = reportFile(folder);
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
    let exitTimer: NodeJS.Timeout | undefined;
    const reportPoll = setInterval(() => {
      if (!existsSync(report)) return;
      exitTimer ??= setTimeout(() => {
        console.error("Jest does not exit: a test left something open. Find it with -- --detectOpenHandles.");
        child.kill("SIGKILL");
      }, EXIT_TIMEOUT_MS);
    }, 200);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearInterval(reportPoll);
      clearTimeout(exitTimer);
      resolve(code === 0);
    });
  });
  const stop = async () => {
    if (child.pid !== undefined) await killGroup(child.pid);
  };
  return { pid: child.pid, passed, stop };
}

export function readReport(folder: string): JestReport {
  const file = reportFile(folder);
  if (!existsSync(file)) throw new Problem("Jest ended without a report.");
  const report: JestReport = JSON.parse(readFileSync(file, "utf8"));
  return report;
}

/** "12 passed, 0 failed" or "12 passed, 0 failed, 3 skipped". A run that did not pass never says "0 failed". */
export function totalsLine(report: JestReport, hasPassed: boolean): string {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites || (hasPassed ? 0 : 1);
  const skipped = report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : "";
  return `${report.numPassedTests} passed, ${failed} failed${skipped}`;
}

function reportFile(folder: string): string {
  return join(folder, "jest.json");
}
