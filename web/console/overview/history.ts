import type { Overview } from "../../src/index.ts";

export interface Sample {
  behind: number;
  quarantined: number;
  viewers: number;
}

/** Ten minutes at a reading every 10 s. */
const MOST = 60;

/** Adds what the overview says now; forgets the oldest. */
export function remember(samples: readonly Sample[], { sync, audience }: Overview): readonly Sample[] {
  const { videos, users } = sync.backlog;
  const sample = { behind: videos.count + users.count, quarantined: sync.quarantined, viewers: audience.viewers };
  return [...samples, sample].slice(-MOST);
}
