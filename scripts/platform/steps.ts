/** Progress on the terminal: a line per finished step, a line for a step that takes long. */
export interface Steps {
  /** Runs a step; steps may run side by side. */
  run: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** A line of its own, for what takes long or changes the machine. */
  say: (line: string) => void;
}

const PATIENCE_MS = 10_000;

export function createSteps(verbose: boolean, print: (line: string) => void = console.log): Steps {
  return {
    async run(name, work) {
      const started = Date.now();
      const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
      const waiting = setInterval(() => print(`  … ${name} (${seconds()} s)`), PATIENCE_MS);
      try {
        const result = await work();
        print(verbose ? `  ✓ ${name} (${seconds()} s)` : `  ✓ ${name}`);
        return result;
      } finally {
        clearInterval(waiting);
      }
    },
    say: (line) => print(`  ${line}`),
  };
}
