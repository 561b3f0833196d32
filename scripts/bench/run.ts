import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { withMysql } from "../../test/faults/system/mysql.ts";
import { Problem, runCommand } from "../platform/problem.ts";
import { benchCold } from "./cold.ts";
import { benchCreate } from "./create.ts";
import { benchLatency } from "./latency.ts";
import { benchBacklog, benchHot } from "./relay.ts";

const HELP = `Measures what the product promises of speed: npm run bench [-- options]

  --only NAME   create, latency, hot, backlog, cold, rtdb; may be repeated
  --help        this

Each figure stands beside a reference of the same run; see scripts/bench/RESULTS.md. MYSQL_URL names a server to use; without it a
private one is started.`;

type Say = (line: string) => void;
const parts: Record<string, (say: Say) => Promise<void>> = {
  create: benchCreate,
  latency: benchLatency,
  hot: (say) => benchHot(say, 60),
  backlog: benchBacklog,
  cold: benchCold,
  rtdb: benchRtdb,
};

/** The local Realtime Database server; a command of its own too. */
async function benchRtdb(): Promise<void> {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, "rtdb.ts")], { stdio: "inherit" });
  if (status !== 0) throw new Problem("scripts/bench/rtdb.ts failed; what it said stands above.");
}

await runCommand(async () => {
  const { values } = parseArgs({ options: { only: { type: "string", multiple: true }, help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  const names = values.only ?? Object.keys(parts);
  const unknown = names.find((name) => !(name in parts));
  if (unknown !== undefined) throw new Problem(`No such part: ${unknown}. There are: ${Object.keys(parts).join(", ")}`);
  const processors = cpus();
  console.log(`${new Date().toISOString()}, ${processors.length} × ${processors[0]?.model}, Node ${process.version}`);
  await withMysql(async () => {
    for (const name of names) await parts[name]?.((line) => console.log(line));
  });
});
