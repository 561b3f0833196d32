import type { Context } from "../../context.ts";
import type { CountedLabel, LatencyMinute, Overview } from "../../contract/operation.ts";
import { type MinuteCount, listMinuteCounts } from "../../tables/operation/minute-counts.ts";
import { listLargestAudiences, readAudienceTotals } from "../../tables/sync/audiences.ts";
import { LATENCY_BUCKETS_MS } from "../../telemetry/metrics.ts";
import { type Histogram, percentile } from "../../telemetry/percentiles.ts";
import { askDependencies } from "./health.ts";
import { readSyncStatus } from "./sync.ts";

/** What `minutes` and the counts are about. */
const MINUTES = 60;
const LARGEST_AUDIENCES = 10;

/** What the person on call looks at first, over all instances: from MySQL, except for `dependencies`, which this instance asks. */
export async function readOverview(context: Context): Promise<Overview> {
  const { db } = context;
  const [sync, counts, totals, largest, dependencies] = await Promise.all([
    readSyncStatus(context),
    listMinuteCounts(db, MINUTES),
    readAudienceTotals(db),
    listLargestAudiences(db, LARGEST_AUDIENCES),
    askDependencies(context),
  ]);
  const latency = counts.filter(({ metric }) => metric === "sync_latency");
  return {
    at: context.clock().toISOString(),
    sync,
    latency: { ...summaryOf(latency), minutes: minutesOf(latency) },
    audience: { ...totals, largest },
    drift: countedBy(counts, "drift"),
    limits_hit: countedBy(counts, "limits_hit"),
    failures: countedBy(counts, "failed_operations"),
    alerts: countedBy(counts, "alert"),
    dependencies,
  };
}

function minutesOf(latency: MinuteCount[]): LatencyMinute[] {
  const byMinute = Map.groupBy(latency, ({ minute }) => minute.toISOString());
  return Array.from(byMinute, ([at, counts]) => ({ at, ...summaryOf(counts) }));
}

function summaryOf(counts: MinuteCount[]): Pick<LatencyMinute, "count" | "p50_ms" | "p95_ms"> {
  const histogram = toHistogram(counts);
  const at = (share: number) => {
    const value = percentile(histogram, share, LATENCY_BUCKETS_MS);
    return value === undefined ? null : Math.round(value);
  };
  return { count: sum(counts), p50_ms: at(0.5), p95_ms: at(0.95) };
}

function toHistogram(counts: MinuteCount[]): Histogram {
  const histogram = new Map<number, number>();
  for (const { label, count } of counts) {
    const bound = label === "more" ? Infinity : Number(label);
    histogram.set(bound, (histogram.get(bound) ?? 0) + count);
  }
  return histogram;
}

/** The counts of a metric by label, the largest first. */
function countedBy(counts: MinuteCount[], metric: string): CountedLabel[] {
  const byLabel = Map.groupBy(
    counts.filter((one) => one.metric === metric),
    ({ label }) => label,
  );
  return Array.from(byLabel, ([label, some]) => ({ label, count: sum(some) })).toSorted((a, b) => b.count - a.count);
}

function sum(counts: MinuteCount[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
