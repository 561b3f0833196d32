import { PRICES } from "./prices.ts";

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
 * What one event costs in bytes and seconds. **Not measured yet**: bounds that we take from the shapes on the wire and from single runs.
 * The bench is to measure them.
 */
export const ASSUMED = {
  /** One new comment of 100 characters to one viewer: its place in the window and in the tail of changes, with frames. */
  bytesPerDelivery: 1_200,
  /** A page that opens: the TLS handshake (3.5 KB by Google's page), the protocol, and the window of a video. */
  bytesPerArrival: 60_000,
  /** Requests of a page that opens. */
  requestsPerArrival: 3,
  /** vCPU time of a request, as one of many in an instance. */
  secondsPerRequest: 0.02,
  /** vCPU time of a run of each of the three schedules, every minute. */
  secondsPerScheduledRun: 2,
  /** Changes that the inline relay leaves to a task. */
  tasksPerComment: 0.01,
  /** A comment with its indexes and the log of changes, kept. */
  bytesStoredPerComment: 2_000,
  gibPerInstance: 0.5,
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
    sentByDatabase(usage, comments, arrivals),
    ...functions(comments, arrivals),
    mysql(machine),
    tasks(comments),
    { what: "Cloud Scheduler", amount: "4 jobs", dollars: PRICES.scheduler.perJob * (4 - PRICES.scheduler.freeJobs) },
  ];
}

export const totalOf = (lines: readonly Line[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0);

function sentByDatabase({ viewers, videos }: Usage, comments: number, arrivals: number): Line {
  const deliveries = (comments * viewers) / videos;
  const gb = (deliveries * ASSUMED.bytesPerDelivery + arrivals * ASSUMED.bytesPerArrival) / GB;
  const { freeGbSent, perGbSent } = PRICES.realtimeDatabase;
  return {
    what: "Realtime Database, sent",
    amount: `${round(gb)} GB, ${round(deliveries / 1e6)} million deliveries`,
    dollars: over(gb, freeGbSent) * perGbSent,
  };
}

function functions(comments: number, arrivals: number): Line[] {
  const price = PRICES.functions;
  const scheduledRuns = 3 * HOURS * 60 + HOURS;
  const requests = arrivals * ASSUMED.requestsPerArrival + comments;
  const seconds = requests * ASSUMED.secondsPerRequest + scheduledRuns * ASSUMED.secondsPerScheduledRun;
  const cpu = over(seconds, price.freeVcpuSeconds) * price.perVcpuSecond;
  const memory = over(seconds * ASSUMED.gibPerInstance, price.freeGibSeconds) * price.perGibSecond;
  const calls = requests + scheduledRuns;
  return [
    { what: "functions, time", amount: `${round(seconds / 3_600)} hours of a vCPU`, dollars: cpu + memory },
    {
      what: "functions, calls",
      amount: `${round(calls / 1e6)} million`,
      dollars: (over(calls, price.freeRequests) / 1e6) * price.perMillionRequests,
    },
  ];
}

function mysql({ vcpus, gb, storageGb, hasStandby, replicas }: Machine): Line {
  const { perVcpuHour, perGbHour, perGbStored } = PRICES.cloudSql;
  const one = HOURS * (vcpus * perVcpuHour + gb * perGbHour) + storageGb * perGbStored;
  const machines = (hasStandby ? 2 : 1) + replicas;
  return {
    what: "Cloud SQL",
    amount: `${machines} × ${vcpus} vCPU, ${gb} GB, ${storageGb} GB of SSD`,
    dollars: machines * one,
  };
}

function tasks(comments: number): Line {
  const count = comments * ASSUMED.tasksPerComment;
  return {
    what: "Cloud Tasks",
    amount: `${round(count / 1e6)} million`,
    dollars: (over(count, PRICES.tasks.free) / 1e6) * PRICES.tasks.perMillion,
  };
}

const over = (amount: number, free: number): number => Math.max(0, amount - free);
const round = (value: number): string => (value >= 10 ? value.toFixed(0) : value.toFixed(2));
