export const TABS = ["overview", "users", "audit"] as const;
export type Tab = (typeof TABS)[number];

/** What the address names: a tab and its filters. Whoever opens the same address sees the same. */
export interface Place {
  tab: Tab;
  /** Filters without an empty one. */
  filters: Record<string, string>;
}

export function placeOf({ pathname, search }: Pick<Location, "pathname" | "search">): Place {
  const [, name] = /^\/console\/(\w+)/.exec(pathname) ?? [];
  const tab = TABS.find((known) => known === name) ?? "overview";
  return { tab, filters: Object.fromEntries([...new URLSearchParams(search)].filter(([, value]) => value !== "")) };
}

export function addressOf({ tab, filters }: Place): string {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== "")).toString();
  const path = tab === "overview" ? "/console" : `/console/${tab}`;
  return query === "" ? path : `${path}?${query}`;
}
