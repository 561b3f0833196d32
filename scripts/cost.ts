import { parseArgs } from "node:util";
import { HOURS, type Machine, type Usage, estimate, totalOf } from "./cost/estimate.ts";
import { LOOKED_UP_ON, unconfirmed } from "./cost/prices.ts";
import { Problem, runCommand } from "./platform/problem.ts";

const HELP = `Estimates what a month on Google Cloud costs: npm run cost -- --viewers N --comments N [options]

  --viewers N    viewers at one time, on average over the hours
  --comments N   comments an hour, on all videos
  --hours N      hours of the month in which there are viewers (default: 730, all)
  --videos N     videos over which both are spread (default: 1)
  --minutes N    how long a viewer stays (default: 20)
  --vcpus N      of the database's machine (default: 1)
  --gb N         its memory (default: 3.75)
  --storage N    its disk in GB (default: 10)
  --replicas N   read replicas (default: 0)
  --standby      with a standby in another zone
  --help         show this help

Prices are list prices, looked up on ${LOOKED_UP_ON}; scripts/cost/prices.ts names the page of each. What an event takes was measured
by npm run bench -- --only cost, on one machine.
Exit codes: 0 done, 1 wrong arguments.`;

const OPTIONS = {
  viewers: { type: "string" },
  comments: { type: "string" },
  hours: { type: "string", default: String(HOURS) },
  videos: { type: "string", default: "1" },
  minutes: { type: "string", default: "20" },
  vcpus: { type: "string", default: "1" },
  gb: { type: "string", default: "3.75" },
  storage: { type: "string", default: "10" },
  replicas: { type: "string", default: "0" },
  standby: { type: "boolean", default: false },
  help: { type: "boolean" },
} as const;

await runCommand(async () => {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);
  const number = (
    name: "viewers" | "comments" | "hours" | "videos" | "minutes" | "vcpus" | "gb" | "storage" | "replicas",
    least = 0,
  ) => {
    const value = Number(values[name] ?? Number.NaN);
    if (!Number.isFinite(value) || value < least) throw new Problem(`--${name} needs a number of at least ${least}.`);
    return value;
  };
  const usage: Usage = {
    viewers: number("viewers"),
    comments: number("comments"),
    hours: number("hours", 1),
    videos: number("videos", 1),
    minutes: number("minutes", 1),
  };
  const machine: Machine = {
    vcpus: number("vcpus", 1),
    gb: number("gb"),
    storageGb: number("storage", 10),
    replicas: number("replicas"),
    hasStandby: values.standby,
  };
  const lines = estimate(usage, machine);
  for (const { what, amount, dollars } of lines)
    console.log(`${what.padEnd(26)}${dollars.toFixed(2).padStart(12)}  ${amount}`);
  console.log(`${"a month, in US dollars".padEnd(26)}${totalOf(lines).toFixed(2).padStart(12)}`);
  console.log(
    `List prices, looked up on ${LOOKED_UP_ON}. Not confirmed by a page of Google's: ${unconfirmed().join(", ")}.`,
  );
});
