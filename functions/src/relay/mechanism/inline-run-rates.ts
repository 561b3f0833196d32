import type { ChangeRange } from "../../tables/sync/change-range.ts";
import { MAX_GAP_MS, inlineRunGapMs } from "./inline-run-gap.ts";

/** Measures how often a second an instance begins to relay its subjects inline, in all and each, and says when a subject may begin again. */
export interface InlineRunRates {
  /** Notes that the inline runs of these changes begin now. */
  note(committed: ChangeRange[]): void;
  /** Milliseconds until the subject's next inline run may begin; 0 if it may begin now. */
  waitMs(id: string, viewers: number): number;
}

/** A start counts as 1 and fades with this time constant. */
const FADE_MS = 1_000;

/** A rate as it was at the last start. */
interface Rate {
  perSecond: number;
  at: number;
}

interface SubjectRate extends Rate {
  lastChanges: number;
}

/**
 * It remembers the subjects of the last seconds (`MAX_GAP_MS`): any other has nothing to wait for. Each batch adds up to 64.
 * @param now milliseconds on a clock that never goes back
 */
export function createInlineRunRates(now: () => number): InlineRunRates {
  let all: Rate = { perSecond: 0, at: 0 };
  /** The one whose last start is longest ago is the first. */
  const rates = new Map<string, SubjectRate>();

  return {
    note(committed) {
      const at = now();
      all = { perSecond: faded(all, at) + committed.length, at };
      for (const { id, firstSeq, lastSeq } of committed) {
        const perSecond = faded(rates.get(id), at) + 1;
        // Deleted first, so that the map stays in the order of the starts.
        rates.delete(id);
        rates.set(id, { perSecond, at, lastChanges: lastSeq - firstSeq + 1 });
      }
      for (const [id, rate] of rates) {
        if (at - rate.at < MAX_GAP_MS) break;
        rates.delete(id);
      }
    },
    waitMs(id, viewers) {
      const own = rates.get(id);
      if (!own) return 0;
      const at = now();
      const { lastChanges } = own;
      const [startsPerSecond, ownStartsPerSecond] = [faded(all, at), faded(own, at)];
      const gapMs = inlineRunGapMs({ startsPerSecond, ownStartsPerSecond, lastChanges, viewers });
      return Math.max(0, own.at + gapMs - at);
    },
  };
}

function faded(rate: Rate | undefined, at: number): number {
  return rate ? rate.perSecond * Math.exp((rate.at - at) / FADE_MS) : 0;
}
