import { setTimeout as sleep } from "node:timers/promises";
import type { System } from "../system/system.ts";
import type { ReportViolation } from "../violations.ts";
import { readMirror } from "./mirror.ts";

type Watched = Pick<System, "db" | "rtdbHost" | "damage">;

const INTERVAL_MS = 100;

/** Looks for early marks again and again. */
export class MarkWatch {
  /** Rejects when the watch cannot go on. */
  readonly failure: Promise<never>;
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;

  constructor(system: Watched, report: ReportViolation) {
    this.#running = watch(system, report, this.#ending.signal);
    this.failure = new Promise((_, reject) => void this.#running.catch(reject));
    this.failure.catch(() => {});
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running.catch(() => {});
  }
}

async function watch(system: Watched, report: ReportViolation, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const early = await findEarlyMarks(system);
    // The marks are ahead of an empty mirror until the reconciliation fills it again.
    if (system.damage.isWiped) return;
    for (const text of early) report("mark", text);
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}

/**
 * Finds, in words, the videos of which MySQL marks changes as mirrored that the mirror does not have. The relay may mark late, never
 * early: if the write then failed, nobody would repeat it until the next reconciliation. A fence only moves forward, so it is enough to
 * read the marks first and the fences second.
 */
export async function findEarlyMarks(system: Pick<System, "db" | "rtdbHost">): Promise<string[]> {
  const marks = await system.db.selectFrom("videos").select(["id", "epoch", "applied_seq"]).execute();
  const fences = (await readMirror(system, "sync")) as Record<string, { epoch: number; to: number }>;
  return marks.flatMap(({ id, epoch, applied_seq }) => {
    const fence = fences[id];
    const mirrored = fence?.epoch === epoch ? fence.to : 0;
    return applied_seq > mirrored ? [`${id} is marked up to ${applied_seq}, its fence is at ${mirrored}`] : [];
  });
}
