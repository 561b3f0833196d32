import { parseArgs } from "node:util";
import { Problem, runCommand } from "../../scripts/platform/problem.ts";
import { onSignal } from "../../scripts/platform/processes/signals.ts";
import { faultNames, faults, planFaults, possibleFaults } from "./faults.ts";
import { describeFailure, judgeMutants, selectMutants } from "./mutants/judge.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { mutants } from "./mutants/mutants.ts";
import { createRandom } from "./random.ts";
import { type SuiteOptions, type SuiteReport, runSuite } from "./suite.ts";
import { type ReplicaServer, withMysql } from "./system/mysql.ts";
import { hasRedis } from "./system/redis.ts";

const HELP = `Runs the built functions under load and faults, and checks the invariants: npm run test:faults -- [options]

  --short        for CI: every kind of fault once, a short outage, and no load after the last fault
  --writes N     how many writes to have acknowledged, at least (1600)
  --pace N       writes per second (15; 30 with a mutant)
  --faults N     how many faults (each kind once)
  --only NAME    only this kind of fault; may be repeated
  --outage N     seconds that the Realtime Database is away (8)
  --replica      the API also reads on a replica, which has faults of its own; each writer reads what they wrote
  --seed N       repeats the order of the faults and the choices of the load
  --mutants      breaks the system in each known way; the suite must notice each
  --mutant NAME  only this mutant; may be repeated
  --list         lists the faults and the mutants
  --help         prints this

Exit codes: 0 passed, 1 failed or an invariant was violated; with mutants, 1 if one was not noticed or could not be judged.
MYSQL_URL names a server of this machine, on which the suite creates a database and drops it. Without it a private server is started.
KEEP_LOGS=1 keeps the logs of the functions in .local.`;

const interrupted = new AbortController();

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      short: { type: "boolean", default: false },
      writes: { type: "string" },
      pace: { type: "string" },
      faults: { type: "string" },
      only: { type: "string", multiple: true },
      outage: { type: "string" },
      replica: { type: "boolean", default: false },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      mutants: { type: "boolean", default: false },
      mutant: { type: "string", multiple: true },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  if (values.list) return printList();
  onSignal(async () => interrupted.abort(new Problem("Interrupted.")));

  const possible = possibleFaults({ hasRedis: hasRedis(), hasReplica: values.replica });
  if (!hasRedis()) console.log("There is no redis-server on this machine: what needs one is left out.");
  const isPossible = ({ faults }: Mutant) => faults.every((fault) => possible.includes(fault));
  const possibleMutants = Object.keys(mutants).filter((name) => isPossible(mutants[name]!));
  const names = values.mutant ?? (values.mutants ? possibleMutants : []);
  const isShort = values.short || names.length > 0;
  const options = {
    seed: number(values.seed, 0),
    minWrites: number(values.writes, isShort ? 0 : 1600),
    writesPerSecond: number(values.pace, names.length > 0 ? 30 : 15),
    outageSeconds: number(values.outage, isShort ? 4 : 8),
    hasReplica: values.replica,
    print: (line: string) => console.log(line),
    signal: interrupted.signal,
  };
  if (names.length > 0) return runMutants(names, options);
  const kinds = values.only ? faultNames(values.only) : possible;
  const plan = planFaults(kinds, number(values.faults, kinds.length), createRandom(options.seed));
  return runFaults({ ...options, plan });
});

function number(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0)) throw new Problem(`Not a number: ${text}`);
  return value;
}

async function runFaults({ hasReplica, ...options }: SuiteOptions & { hasReplica: boolean }): Promise<void> {
  console.log(`seed ${options.seed}: ${options.plan.length} faults, at least ${options.minWrites} writes`);
  const run = async (replica?: ReplicaServer) => {
    const report = await runSuite({ ...options, replica }).catch(throwUnjudged);
    printReport(report);
    if (report.violations.length > 0) process.exitCode = 1;
  };
  await withMysql(run, { hasReplica });
}

/** Says what a run that ended early means. The error keeps its cause, with the stack. */
function throwUnjudged(error: unknown): never {
  // The children get a terminal's signal too. What fails in consequence is not why the run ended.
  interrupted.signal.throwIfAborted();
  if (error instanceof Problem) throw error;
  throw new Error(`The run could not be judged: ${describeFailure(error)}`, { cause: error });
}

async function runMutants(
  names: string[],
  options: Omit<SuiteOptions, "plan" | "mutant" | "replica"> & { hasReplica: boolean },
): Promise<void> {
  const { seed, minWrites, hasReplica, print, signal } = options;
  const selected = selectMutants(mutants, names);
  console.log(`seed ${seed}`);
  const judge = async (replica?: ReplicaServer) => {
    const areNoticed = await judgeMutants(selected, {
      async run(mutant) {
        const plan = mutant.faults;
        const ownWrites = mutant.minWrites ?? minWrites;
        const { violations } = await runSuite({ ...options, mutant, plan, replica, minWrites: ownWrites });
        return violations;
      },
      print,
      signal,
    });
    if (!areNoticed) process.exitCode = 1;
  };
  await withMysql(judge, { hasReplica });
}

function printReport(report: SuiteReport): void {
  const { violations, acknowledged, edited, deleted } = report;
  console.log(
    `${acknowledged} acknowledged writes, ${edited} of them edits and ${deleted} deletions, ${report.faults} faults`,
  );
  console.log(`${report.moves} moves of a fence heard, equal ${report.secondsUntilEqual.toFixed(1)} s after the end`);
  for (const { invariant, text } of violations.slice(0, 20)) console.log(`VIOLATION of "${invariant}": ${text}`);
  console.log(violations.length === 0 ? "no violations" : `${violations.length} VIOLATIONS`);
}

function printList(): void {
  for (const [title, entries] of Object.entries({ Faults: faults, Mutants: mutants })) {
    console.log(`${title}:`);
    for (const [name, { description }] of Object.entries(entries)) console.log(`  ${name}\n      ${description}`);
  }
}
