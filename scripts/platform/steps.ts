/** Prints the progress of work: a line for each finished step, and one every ten seconds for a step that takes long. */
export interface Steps {
  /** Runs a step. Several can run at the same time. */
  run: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** Prints a line of its own, for what takes long or changes the machine. */
  print: (line: string) => void;
}

const REPORT_INTERVAL_MS = 10_000;

export function createSteps(isVerbose: boolean, printLine: (line: string) => void = console.log): Steps {
  return {
    async run(name, work) {
      const startedAt = Date.now();
      const seconds = () => ((Date.now() - startedAt) / 1000).toFixed(1);
      const report = setInterval(() => printLine(`  … ${name} (${seconds()} s)`), REPORT_INTERVAL_MS);
      try {
        const result = await work();
        printLine(isVerbose ? `  ✓ ${name} (${seconds()} s)` : `  ✓ ${name}`);
        return result;
      } finally {
        clearInterval(report);
      }
    },
    print: (line) => printLine(`  ${line}`),
  };
}
