import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How often a process writes its page. */
const INTERVAL_MS = 5_000;
/** A page that is older was left by a process that ended. */
const MAX_AGE_MS = 30_000;
const SUFFIX = ".prom";

export interface SharedPages {
  /** The pages of all processes that share this folder, as one; this process's own is of this moment. */
  readAll(): Promise<string>;
  /** Ends the sharing. */
  close(): Promise<void>;
}

/**
 * Shares the Prometheus pages of several processes through a folder, so that one of them can show all: where functions run in processes of
 * their own, nobody scrapes each. A page that cannot be written is left out.
 * @param name of this process, and no other
 */
export function sharePages(folder: string, name: string, ownPage: () => Promise<string>): SharedPages {
  const path = join(folder, `${name}${SUFFIX}`);
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    await mkdir(folder, { recursive: true });
    // A reader sees a whole page.
    await writeFile(`${path}.new`, await ownPage());
    await rename(`${path}.new`, path);
  }

  const timer = setInterval(() => {
    writing = writing.then(write).catch(() => {});
  }, INTERVAL_MS).unref();

  async function readOthers(): Promise<string[]> {
    const names = await readdir(folder).catch(() => []);
    const others = names.filter((other) => other.endsWith(SUFFIX) && join(folder, other) !== path);
    const pages = await Promise.all(others.map((other) => readFresh(join(folder, other))));
    return pages.filter((page) => page !== undefined);
  }

  return {
    readAll: async () => mergePages([await ownPage(), ...(await readOthers())]),
    async close() {
      clearInterval(timer);
      await writing;
      await rm(path, { force: true }).catch(() => {});
    },
  };
}

async function readFresh(path: string): Promise<string | undefined> {
  try {
    if (Date.now() - (await stat(path)).mtimeMs <= MAX_AGE_MS) return await readFile(path, "utf8");
    await rm(path, { force: true });
  } catch {
    // Its process has ended meanwhile.
  }
  return undefined;
}

/**
 * Joins Prometheus pages: each metric's help and type once, then its series from all pages. The series must differ in a label.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function mergePages(pages: string[]): string {
  const metrics = new Map<string, { head: Set<string>; series: string[] }>();
  for (const page of pages) {
    let current = { head: new Set<string>(), series: [] as string[] };
    for (const line of page.split("\n")) {
      const name = /^# (?:HELP|TYPE|UNIT) (\S+)/.exec(line)?.[1];
      if (name !== undefined) {
        current = metrics.get(name) ?? { head: new Set(), series: [] };
        metrics.set(name, current);
        current.head.add(line);
      } else if (line !== "") {
        current.series.push(line);
      }
    }
  }
  const lines = [...metrics.values()].flatMap(({ head, series }) => [...head, ...series]);
  return `${lines.join("\n")}\n`;
}
