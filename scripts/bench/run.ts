import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { withMysql } from "../../test/faults/system/mysql.ts";
import { root } from "../platform/paths.ts";
import { Problem, runCommand } from "../platform/problem.ts";
import { onSignal } from "../platform/processes/signals.ts";
import { benchAudience } from "./parts/audience.ts";
import { benchBacklog } from "./parts/backlog.ts";
import { benchCold } from "./parts/cold.ts";
import { benchCost } from "./parts/cost.ts";
import { comparePart, formatComparison, isWorse } from "./compare.ts";
import { benchCreate } from "./parts/create.ts";
import { benchFailedSignIn } from "./parts/failed-sign-in.ts";
import { benchEmulators } from "./parts/emulators.ts";
import { type Figure, format, isTargetMet } from "./figure.ts";
import { benchGrowth } from "./parts/growth.ts";
import { benchHostileBodies } from "./parts/hostile-bodies.ts";
import { benchHot } from "./parts/hot.ts";
import { benchLatency } from "./parts/latency.ts";
import { benchMemory } from "./parts/memory.ts";
import { benchPlain } from "./parts/plain.ts";
import { benchRooms } from "./parts/rooms.ts";
import { benchOutages } from "./parts/outages.ts";
import { measureFanOut } from "./rtdb/fan-out.ts";
import { measureIdle } from "./rtdb/idle.ts";
import { measureRules } from "./rtdb/rules.ts";
import { measureSiblings } from "./rtdb/siblings.ts";
import { measureWrites } from "./rtdb/writes.ts";
import { benchSignInFlood } from "./parts/sign-in-flood.ts";
import { closeSystems } from "./system.ts";

interface Part {
  what: string;
  run: () => Promise<Figure[]>;
  /** Runs only when it is named. */
  isLong?: boolean;
}

const parts: Record<string, Part> = {
  create: { what: "comments posted over HTTP, beside the bare transaction", run: benchCreate },
  latency: { what: "from a request to a listener, beside a bare update", run: benchLatency },
  plain: { what: "lists, posts and delivery, beside a plain server of Express and socket.io", run: benchPlain },
  hot: { what: "200 comments/s on one video for a minute", run: benchHot },
  backlog: { what: "100,000 changes drained by one process", run: benchBacklog },
  audience: { what: "what it costs to count viewers, and to be many", run: benchAudience },
  rooms: { what: "what listeners get in small and in large rooms, beside a bare write", run: benchRooms },
  cold: { what: "the start of a process, beside an empty function", run: benchCold },
  cost: { what: "bytes and seconds of an event, for npm run cost", run: benchCost },
  "failed-sign-in": { what: "how long it takes, by its reason", run: benchFailedSignIn },
  "sign-in-flood": { what: "what readers feel of 200 wrong sign-ins at once", run: benchSignInFlood },
  "hostile-bodies": { what: "what readers feel of 100 bodies of 30 MB at once", run: benchHostileBodies },
  outages: { what: "what requests get while MySQL or the Realtime Database is away; 7 minutes", run: benchOutages },
  emulators: { what: "200 requests, 40 at once, to the emulators of npm start", run: benchEmulators },
  growth: {
    what: "10,000 to 10,000,000 comments; a quarter of an hour and 20 GB of disk",
    run: benchGrowth,
    isLong: true,
  },
  memory: { what: "an hour's mixed load", run: benchMemory, isLong: true },
  rtdb: { what: "the local Realtime Database server, beside bare servers", run: benchRtdb },
};

const HELP = `Measures the speed that the product promises: npm run bench -- [options]

  --only NAME    only this part; may be repeated
  --against DIR  runs each part here and in the checkout in DIR, in turn, and compares the figures
  --rounds N     how often, with --against (3)
  --json FILE    also writes the figures to a file; not with --against
  --help         prints this

Parts:
${Object.entries(parts)
  .map(([name, { what, isLong }]) => `  ${name.padEnd(15)} ${what}${isLong ? "; only by name" : ""}`)
  .join("\n")}

Most figures have a reference, measured in the same run. MYSQL_URL names a server of this machine to use; without it a private one is started. RESULTS.md keeps results.
Exit codes: 0 done, 1 failed, a target missed, or with --against a figure worse by more than 10 %.`;

async function benchRtdb(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const run of [measureWrites, measureFanOut, measureIdle, measureRules, measureSiblings]) {
    figures.push(...(await run()));
  }
  return figures;
}

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      against: { type: "string" },
      rounds: { type: "string", default: "3" },
      json: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  const names = values.only ?? Object.keys(parts).filter((name) => !parts[name]?.isLong);
  const unknown = names.find((name) => !(name in parts));
  if (unknown !== undefined) throw new Problem(`No such part: ${unknown}. There are: ${Object.keys(parts).join(", ")}`);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Problem(`Not a number of rounds: ${values.rounds}`);
  const processors = cpus();
  console.log(`${new Date().toISOString()}, ${processors.length} x ${processors[0]?.model}, Node ${process.version}`);
  const { against, json } = values;
  const interruption = Promise.withResolvers<never>();
  onSignal(async (signal) => interruption.reject(new Problem(`Interrupted by ${signal}.`)));
  await withMysql(async () => {
    try {
      const measured = against === undefined ? runParts(names, json) : compareParts(names, against, rounds);
      const isFine = await Promise.race([measured, interruption.promise]);
      if (!isFine) process.exitCode = 1;
    } finally {
      await closeSystems();
    }
  });
});

/** Whether every target was met. */
async function runParts(names: string[], json?: string): Promise<boolean> {
  const figures: Figure[] = [];
  for (const name of names) {
    const found = (await parts[name]?.run()) ?? [];
    for (const figure of found) console.log(format(figure));
    figures.push(...found);
  }
  if (json !== undefined) writeFileSync(json, JSON.stringify(figures));
  return figures.every(isTargetMet);
}

/** Whether no figure is worse here than there. */
async function compareParts(names: string[], against: string, rounds: number): Promise<boolean> {
  const trees = { here: root, there: resolve(against) };
  let isFine = true;
  for (const name of names) {
    for (const comparison of await comparePart(name, trees, rounds)) {
      console.log(formatComparison(comparison));
      if (isWorse(comparison)) isFine = false;
    }
  }
  return isFine;
}
