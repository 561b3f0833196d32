import { parseArgs } from "node:util";
import { Problem, runCommand } from "../../scripts/platform/problem.ts";
import { onSignal } from "../../scripts/platform/processes/signals.ts";
import { faults } from "./faults.ts";
import { mutants } from "./mutants.ts";
import { withMysql } from "./mysql.ts";
import { createRandom } from "./random.ts";
import type { SuiteOptions, SuiteReport } from "./suite.ts";
import { runSuite } from "./suite.ts";

const HELP = `Runs the built functions under load and faults, and checks the promises: npm run test:faults [-- options]

  --short        every kind of fault once, the outage short, and no longer than they last: for CI
  --writes N     writes to be acknowledged, at least (1600); the load goes on to the last fault
  --pace N       writes per second, about (15)
  --faults N     faults; each kind comes at least once when there is room (all kinds once)
  --only NAME    this kind alone; may be repeated
  --outage N     seconds that the Realtime Database is away (8)
  --seed N       repeat a run
  --mutants      break the relay in each of the known ways; each must be noticed
  --mutant NAME  this one
  --help         this

MYSQL_URL names a server, in which it makes a database and drops it; without it a private one is started. KEEP_LOGS=1 keeps
the instances' logs in .local.`;

const interrupted = new AbortController();

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      short: { type: "boolean", default: false },
      writes: { type: "string" },
      pace: { type: "string", default: "15" },
      faults: { type: "string" },
      only: { type: "string", multiple: true },
      outage: { type: "string" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      mutants: { type: "boolean", default: false },
      mutant: { type: "string", multiple: true },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const isShort = values.short || values.mutants || values.mutant !== undefined;
  const options = {
    seed: Number(values.seed),
    writes: Number(values.writes ?? (isShort ? 0 : 1600)),
    pace: Number(values.pace),
    outage: Number(values.outage ?? (isShort ? 4 : 8)),
    say: (line: string) => console.log(line),
    signal: interrupted.signal,
  };
  onSignal(async () => interrupted.abort(new Problem("Interrupted.")));

  if (values.mutants || values.mutant) {
    return withMysql(() => runMutants(values.mutant ?? Object.keys(mutants), options));
  }
  const kinds = values.only ?? Object.keys(faults);
  const plan = planOf(kinds, Number(values.faults ?? kinds.length), options.seed);
  console.log(`seed ${options.seed}: ${plan.length} faults, at least ${options.writes} writes`);
  await withMysql(async () => {
    const report = await runSuite({ ...options, plan });
    print(report);
    if (report.violations.length > 0) process.exitCode = 1;
  });
});

/** A wipe comes last: after it a listener cannot tell what goes back. */
function planOf(kinds: string[], count: number, seed: number): string[] {
  const unknown = kinds.find((kind) => !(kind in faults));
  if (unknown !== undefined)
    throw new Problem(`No such fault: ${unknown}. There are: ${Object.keys(faults).join(", ")}`);
  const random = createRandom(seed);
  const wipes = kinds.includes("rtdb wiped");
  const others = kinds.filter((kind) => kind !== "rtdb wiped");
  const plan: string[] = [];
  while (others.length > 0 && plan.length < count) {
    const round = [...others];
    while (round.length > 0) plan.push(...round.splice(random.below(round.length), 1));
  }
  return wipes ? [...plan.slice(0, count - 1), "rtdb wiped"] : plan.slice(0, count);
}

async function runMutants(names: string[], options: Omit<SuiteOptions, "plan" | "mutant">): Promise<void> {
  const unnoticed: string[] = [];
  for (const name of names) {
    const mutant = mutants[name];
    if (!mutant) throw new Problem(`No such mutant: ${name}. There are: ${Object.keys(mutants).join(", ")}`);
    console.log(`\nmutant: ${name} (seed ${options.seed})`);
    const plan = [...mutant.faults, ...mutant.faults, ...mutant.faults];
    const report = await runSuite({ ...options, plan, mutant });
    console.log(
      `  ${report.violations.length > 0 ? "noticed" : "NOT NOTICED"}: ${report.violations[0]?.slice(0, 200) ?? ""}`,
    );
    if (report.violations.length === 0) unnoticed.push(name);
  }
  console.log(`\n${names.length - unnoticed.length} of ${names.length} mutants noticed`);
  if (unnoticed.length > 0) process.exitCode = 1;
}

function print(report: SuiteReport): void {
  const { violations, acknowledged, edited, deleted, faults: count, heard, healed } = report;
  console.log(
    `${acknowledged} acknowledged writes, ${edited} of them edits and ${deleted} deletions, ${count} faults, ` +
      `listeners heard ${heard} moves, equal ${healed.toFixed(1)} s after the end`,
  );
  for (const violation of violations.slice(0, 20)) console.log(`VIOLATION ${violation}`);
  console.log(violations.length === 0 ? "no violations" : `${violations.length} VIOLATIONS`);
}
