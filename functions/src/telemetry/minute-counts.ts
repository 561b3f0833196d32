import type { Attributes } from "@opentelemetry/api";
import { LATENCY_BUCKETS_MS, type Metrics } from "./metrics.ts";

/** How often something happened. */
interface NamedCount {
  metric: string;
  label: string;
  count: number;
}

/** Counts what the console shows, and writes it to MySQL, where the counts of all instances come together. */
export interface MinuteCounts {
  add(metric: string, label: string, count?: number): void;
  /** Writes what is not yet written. Never throws. */
  close(): Promise<void>;
}

/** A write in 15 s at most for each instance that does something; what a death loses is of this time. */
const WRITE_AFTER_MS = 15_000;
/** Names and labels are fixed sets, so there are fewer. */
const MAX_NAMES = 500;

/** @param write adds the counts to those of the minute; what it rejects is written with the next ones */
export function createMinuteCounts(write: (counts: NamedCount[]) => Promise<void>): MinuteCounts {
  const pending = new Map<string, NamedCount>();
  let timer: NodeJS.Timeout | undefined;

  function add(metric: string, label: string, count = 1): void {
    if (count <= 0) return;
    const name = `${metric} ${label}`;
    const one = pending.get(name);
    if (one) one.count += count;
    else if (pending.size < MAX_NAMES) pending.set(name, { metric, label, count });
    timer ??= setTimeout(() => void flush(), WRITE_AFTER_MS).unref();
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const counts = [...pending.values()];
    if (counts.length === 0) return;
    pending.clear();
    try {
      await write(counts);
    } catch {
      // MySQL is away, which has its own alert.
      for (const { metric, label, count } of counts) add(metric, label, count);
    }
  }

  return {
    add,
    async close() {
      await flush();
      clearTimeout(timer);
    },
  };
}

/** The same metrics. What the console shows of them is counted too. */
export function alsoCounted(metrics: Metrics, counts: MinuteCounts): Metrics {
  const { syncLatency, drift, limitsHit, failures } = metrics;
  return {
    ...metrics,
    syncLatency: {
      record(value, attributes, context) {
        syncLatency.record(value, attributes, context);
        counts.add("sync_latency", bucketOf(value));
      },
    },
    drift: {
      add(count, attributes, context) {
        drift.add(count, attributes, context);
        counts.add("drift", labelOf(attributes, "subject", "kind"), count);
      },
    },
    limitsHit: {
      add(count, attributes, context) {
        limitsHit.add(count, attributes, context);
        counts.add("limits_hit", labelOf(attributes, "limit"), count);
      },
    },
    failures: {
      add(count, attributes, context) {
        failures.add(count, attributes, context);
        counts.add("failed_operations", labelOf(attributes, "operation", "kind"), count);
      },
    },
  };
}

/** The bucket's upper bound in milliseconds; `more` above the last. */
function bucketOf(milliseconds: number): string {
  const bound = LATENCY_BUCKETS_MS.find((most) => milliseconds <= most);
  return bound === undefined ? "more" : String(bound);
}

function labelOf(attributes: Attributes | undefined, ...names: string[]): string {
  const values = names.map((name) => attributes?.[name]);
  return values.map((value) => (typeof value === "string" ? value : "other")).join(" ");
}
