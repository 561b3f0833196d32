export interface Progress {
  add(count: number): void;
  end(): void;
}

export interface ProgressOptions {
  /** Without a total only the count is shown. */
  total?: number | undefined;
  isTerminal?: boolean;
}

const BAR_WIDTH = 30;

/** Shows progress on standard error: a bar that is redrawn on a terminal, a line every 5 s elsewhere. */
export function showProgress(
  what: string,
  { total, isTerminal = process.stderr.isTTY }: ProgressOptions = {},
): Progress {
  let count = 0;
  let nextShowAt = 0;
  function show() {
    const line = `${total ? progressBar(count / total) : ""}${count.toLocaleString("en")} ${what}`;
    if (isTerminal) process.stderr.write(`\r\u001b[K${line}`);
    else console.error(line);
  }
  return {
    add(added) {
      count += added;
      if (performance.now() < nextShowAt) return;
      nextShowAt = performance.now() + (isTerminal ? 100 : 5_000);
      show();
    },
    end() {
      show();
      if (isTerminal) process.stderr.write("\n");
    },
  };
}

function progressBar(part: number): string {
  const shown = Math.min(1, part);
  const filled = Math.round(shown * BAR_WIDTH);
  return `[${"#".repeat(filled)}${" ".repeat(BAR_WIDTH - filled)}] ${Math.round(shown * 100)} % `;
}
