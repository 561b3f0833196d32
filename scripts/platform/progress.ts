export interface Progress {
  add(count: number): void;
  end(): void;
}

const WIDTH = 30;

/** A bar on standard error where that is a terminal, a line every 5 s where it is not. Without a total: only the count. */
export function showProgress(what: string, total?: number, isTerminal = process.stderr.isTTY): Progress {
  let done = 0;
  let next = 0;
  function show(isEnd: boolean) {
    const part = total ? Math.min(1, done / total) : undefined;
    const filled = Math.round((part ?? 0) * WIDTH);
    const bar =
      part === undefined ? "" : `[${"#".repeat(filled)}${" ".repeat(WIDTH - filled)}] ${Math.round(part * 100)} % `;
    const line = `${bar}${done.toLocaleString("en")} ${what}`;
    if (isTerminal) process.stderr.write(`\r\u001b[K${line}${isEnd ? "\n" : ""}`);
    else console.error(line);
  }
  return {
    add(count) {
      done += count;
      if (performance.now() < next) return;
      next = performance.now() + (isTerminal ? 100 : 5_000);
      show(false);
    },
    end: () => show(true),
  };
}
