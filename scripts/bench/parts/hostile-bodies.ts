import { sendHostileBodies } from "../../../test/support/network/hostile-bodies.ts";
import type { Figure } from "../figure.ts";
import { measureReaders, read, READ_PATHS } from "../readers.ts";
import { startBench } from "../system.ts";

const BODIES = 100;
const SECONDS = 10;
const WARM_UP_ROUNDS = 20;

/** What a reader feels, and how much memory the API takes, while bodies of 30 MB come 100 at once. There is no reference. */
export async function benchHostileBodies(): Promise<Figure[]> {
  const system = await startBench({ runsTasks: false });
  try {
    const { url, pid } = await system.fleet.start("api");
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1)
      await Promise.all(READ_PATHS.map((path) => read(url + path)));
    const port = Number(new URL(url).port);
    const over = new AbortController();
    const sending = sendUntil(port, over.signal);
    const figures = await measureReaders(`${BODIES} bodies of 30 MB at once`, { seconds: SECONDS, url, pid });
    over.abort();
    await sending;
    return figures;
  } finally {
    await system.close();
  }
}

async function sendUntil(port: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sendHostileBodies(port, BODIES);
}
