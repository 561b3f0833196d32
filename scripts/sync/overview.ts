import type { CountedLabel, Overview } from "../../functions/src/contract/operation.ts";

/** The overview in lines. */
export function describeOverview({ latency, sync, audience, dependencies, ...counts }: Overview): string {
  const { videos, users } = sync.backlog;
  const oldest = Math.max(videos.oldest_seconds, users.oldest_seconds);
  const { drift, limits_hit: limitsHit, failures, alerts } = counts;
  return [
    `latency     ${latency.count} changes in the last hour, p50 ${inMs(latency.p50_ms)}, p95 ${inMs(latency.p95_ms)}`,
    `behind      ${videos.count} videos and ${users.count} users, the oldest change ${oldest.toFixed(1)} s old`,
    `quarantine  ${sync.quarantined} comments`,
    `viewers     ${audience.viewers} on ${audience.videos} videos`,
    `drift       ${listed(drift)}`,
    `limits hit  ${listed(limitsHit)}`,
    `failures    ${listed(failures)}`,
    `alerts      ${listed(alerts)}`,
    ...Object.entries(dependencies).map(([name, state]) => `answers     ${name} ${String(state)}`),
  ].join("\n");
}

function inMs(milliseconds: number | null): string {
  return milliseconds === null ? "-" : `${milliseconds} ms`;
}

function listed(counts: CountedLabel[]): string {
  return counts.map(({ label, count }) => `${label} ${count}`).join(", ") || "none in the last hour";
}
