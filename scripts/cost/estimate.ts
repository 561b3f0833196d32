import { PRICES, costOf } from "./prices.ts";

/** How much a site is used. */
export interface Usage {
  /** Viewers at one time, on average over the hours. */
  viewers: number;
  /** Comments an hour, on all videos. */
  comments: number;
  /** Hours of the month in which there are viewers and comments; all of it is 730. */
  hours: number;
  /** Videos over which viewers and comments are spread evenly. */
  videos: number;
  /** Minutes that a viewer stays. */
  minutes: number;
}

/** The database's machine. Twice the price with a standby, and the whole again for each replica. */
export interface Machine {
  vcpus: number;
  gb: number;
  storageGb: number;
  hasStandby: boolean;
  replicas: number;
}

/**
 * What one event takes, as `npm run bench -- --only cost` measured it on 2026-11-27 (RESULTS.md has the run): comments of 100 characters, on
 * one machine, without Google's network between. It takes the larger figure where there are two, as of the SDK and the event stream.
 */
export const MEASURED = {
  /** One comment to one viewer: 434 bytes, and 30 for TLS. */
  bytesPerDelivery: 464,
  /** A page that opens: the newest 50 comments, the epoch, settings: 21,000 bytes, and 3,500 of a TLS handshake, by Google's page. */
  bytesPerArrival: 24_500,
  /** A signed-out reader looks at the count of viewers. */
  bytesPerLook: 250,
  /** The server counts the viewers of a video, every 12 s while somebody watches: bytes of a count, and for each viewer (part `audience`). */
  bytesPerCount: 3_300,
  bytesPerCountedViewer: 44,
  /** A post alone in its instance, on a busy machine. Together they cost less: an instance is charged once for all that it has at a time. */
  secondsPerRequest: 0.042,
  /** A run of one of the three schedules of every minute, with nothing to do. */
  secondsPerScheduledRun: 0.018,
  /** Changes that the inline relay leaves to a task, where comments come one by one: none. While a mirror is away, each leaves some. */
  tasksPerComment: 0,
};

/** What follows from the code, the settings and the vendor's pages. */
const COUNTED = {
  looksPerHour: 120,
  countsPerHour: 300,
  /**
   * A signed-in page: where the database is, a renewal of the session, a token for presence, the viewers' names and, with the element, the
   * own ban. A signed-out one sends the first alone.
   */
  requestsPerArrival: 5,
  /** The call that makes a task, and its delivery. */
  operationsPerTask: 2,
  /** API_MEMORY and RELAY_MEMORY. */
  gibPerInstance: 0.5,
  /** Cloud Run rounds the time of an instance up to this. */
  billedStepSeconds: 0.1,
};

export interface Line {
  what: string;
  /** How much of it in a month, in words. */
  amount: string;
  dollars: number;
}

/** Of a month. */
export const HOURS = 730;
const GB = 1e9;

/** What a month costs, part by part. */
export function estimate(usage: Usage, machine: Machine): Line[] {
  const comments = usage.comments * usage.hours;
  const arrivals = usage.viewers * Math.max(1, (usage.hours * 60) / usage.minutes);
  return [
    ...sentByDatabase(usage, comments, arrivals),
    ...functions(comments, arrivals),
    mysql(machine),
    tasks(comments),
    { what: "Cloud Scheduler", amount: "4 jobs", dollars: costOf(PRICES.job, 4) },
  ];
}

export const totalOf = (lines: readonly Line[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0);

function sentByDatabase(usage: Usage, comments: number, arrivals: number): Line[] {
  const deliveries = (comments * usage.viewers) / usage.videos;
  const gb = (deliveries * MEASURED.bytesPerDelivery + arrivals * MEASURED.bytesPerArrival) / GB;
  const forCounts = gbForCounts(usage);
  const dollars = costOf(PRICES.gbSent, gb);
  return [
    {
      what: "Realtime Database, sent",
      amount: `${round(gb)} GB, ${round(deliveries / 1e6)} million deliveries`,
      dollars,
    },
    {
      what: "Realtime Database, counts",
      amount: `${round(forCounts)} GB`,
      dollars: costOf(PRICES.gbSent, gb + forCounts) - dollars,
    },
  ];
}

/** For counts of viewers, as if nobody was signed in. A signed-in viewer gets the count when it changes instead. */
function gbForCounts({ viewers, videos, hours }: Usage): number {
  if (viewers === 0) return 0;
  const looks = viewers * hours * COUNTED.looksPerHour * MEASURED.bytesPerLook;
  const each = MEASURED.bytesPerCount + (viewers / videos) * MEASURED.bytesPerCountedViewer;
  return (looks + videos * hours * COUNTED.countsPerHour * each) / GB;
}

function functions(comments: number, arrivals: number): Line[] {
  const scheduledRuns = 3 * HOURS * 60 + HOURS;
  const requests = arrivals * COUNTED.requestsPerArrival + comments;
  const seconds =
    requests * billed(MEASURED.secondsPerRequest) + scheduledRuns * billed(MEASURED.secondsPerScheduledRun);
  const time = costOf(PRICES.vcpuSecond, seconds) + costOf(PRICES.gibSecond, seconds * COUNTED.gibPerInstance);
  const millionCalls = (requests + scheduledRuns) / 1e6;
  return [
    { what: "functions, time", amount: `${round(seconds / 3_600)} hours of a vCPU`, dollars: time },
    {
      what: "functions, calls",
      amount: `${round(millionCalls)} million`,
      dollars: costOf(PRICES.millionRequests, millionCalls),
    },
  ];
}

function mysql({ vcpus, gb, storageGb, hasStandby, replicas }: Machine): Line {
  const machine = costOf(PRICES.sqlVcpuHour, HOURS * vcpus) + costOf(PRICES.sqlGbHour, HOURS * gb);
  const one = machine + costOf(PRICES.sqlGbStored, storageGb);
  const machines = (hasStandby ? 2 : 1) + replicas;
  return {
    what: "Cloud SQL",
    amount: `${machines} × ${vcpus} vCPU, ${gb} GB, ${storageGb} GB of SSD`,
    dollars: machines * one,
  };
}

function tasks(comments: number): Line {
  const millions = (comments * MEASURED.tasksPerComment * COUNTED.operationsPerTask) / 1e6;
  return {
    what: "Cloud Tasks",
    amount: `${round(millions)} million`,
    dollars: costOf(PRICES.millionOperations, millions),
  };
}

const billed = (seconds: number): number => Math.ceil(seconds / COUNTED.billedStepSeconds) * COUNTED.billedStepSeconds;
const round = (value: number): string => (value >= 10 ? value.toFixed(0) : value.toFixed(2));
