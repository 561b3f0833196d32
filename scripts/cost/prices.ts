/** Where a price comes from. */
interface Source {
  /** The vendor's page. */
  page: string;
  /**
   * What was seen of it on 2026-11-27: `vendor` (a stored copy of the page has the figure), `others` (only pages of others that quote it), or
   * `nothing` (the figure is from memory). The stored copies have no date of their own unless `copyOf` tells one.
   */
  seen: "vendor" | "others" | "nothing";
  copyOf?: string;
}

/** A list price in US dollars, before tax and discounts, in a region of the lowest tier. */
interface Price {
  dollars: number;
  /** How much of it is free each month. */
  free: number;
  source: Source;
}

const RTDB_BILLING = "https://firebase.google.com/docs/database/usage/billing";
const FIREBASE = "https://firebase.google.com/pricing";
const RUN = "https://cloud.google.com/run/pricing";
const SQL = "https://cloud.google.com/sql/pricing";
const TASKS = "https://cloud.google.com/tasks/pricing";
const SCHEDULER = "https://cloud.google.com/scheduler/pricing";

/** Prices change: check them on the pages before anybody decides by them. None is of a contract. */
export const LOOKED_UP_ON = "2026-11-27";

export const PRICES = {
  /** A GB stored in the Realtime Database, a month. */
  gbStored: { dollars: 5, free: 1, source: { page: RTDB_BILLING, seen: "vendor" } },
  /** A GB that it sends. The 10 GB that are free are on the page, the price is not. */
  gbSent: { dollars: 1, free: 10, source: { page: FIREBASE, seen: "nothing" } },
  /** Functions, billed while a request runs. */
  vcpuSecond: { dollars: 0.000_024, free: 180_000, source: { page: RUN, seen: "vendor" } },
  gibSecond: { dollars: 0.000_002_5, free: 360_000, source: { page: RUN, seen: "others" } },
  millionRequests: { dollars: 0.4, free: 2, source: { page: RUN, seen: "others" } },
  /** Cloud SQL for MySQL, Enterprise edition. */
  sqlVcpuHour: { dollars: 0.0413, free: 0, source: { page: SQL, seen: "others", copyOf: "May 2026, us-central1" } },
  sqlGbHour: { dollars: 0.007, free: 0, source: { page: SQL, seen: "others", copyOf: "May 2026, us-central1" } },
  /** A GB of SSD, a month. */
  sqlGbStored: { dollars: 0.17, free: 0, source: { page: SQL, seen: "nothing" } },
  /** A million of billable operations: an API call, or an attempt to deliver a task. */
  millionOperations: { dollars: 0.4, free: 1, source: { page: TASKS, seen: "vendor" } },
  /** A job of Cloud Scheduler, a month. */
  job: { dollars: 0.1, free: 3, source: { page: SCHEDULER, seen: "vendor" } },
} satisfies Record<string, Price>;

/** What so much of it costs in a month. */
export const costOf = ({ dollars, free }: Price, amount: number): number => Math.max(0, amount - free) * dollars;

/** The prices that no page of the vendor confirmed. */
export const unconfirmed = (): string[] =>
  Object.entries<Price>(PRICES)
    .filter(([, { source }]) => source.seen !== "vendor")
    .map(([name]) => name);
