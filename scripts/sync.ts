import { parseArgs } from "node:util";
import { runCommand } from "./platform/problem.ts";
import { withContext } from "./platform/with-context.ts";
import { commands } from "./sync/commands.ts";

const HELP = `The Realtime Database and MySQL, kept equal: node scripts/sync.ts COMMAND [options]

  status                  how far the Realtime Database is behind; exit code 2 when it is for more than two minutes
  parked                  comments that it refuses; exit code 2 when there are any
  retry [VIDEO]           try parked comments again
  rebuild VIDEO | --all   write the whole live state anew
  reconcile [VIDEO]       compare every video, or one, and repair
    --dry-run             compare only; exit code 2 when they differ
    --prune               remove videos that MySQL does not know; without it they are named, and the exit code is 2
  epoch VIDEO | --all     begin a new epoch, after MySQL was restored to an earlier time
  watch                   what the schedules do when deployed: sweep and compare each minute, until ended

  --json                  the result as JSON on standard output, progress on standard error
  --help                  this

Safe to repeat, and to run while the functions run. Configuration: the environment of the functions, of this machine's or of
production's. Exit codes: 0 done, 1 failed, 2 as above.`;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      all: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      prune: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [name = "", videoId, ...rest] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (values.help) return console.log(HELP);
  if (!command || rest.length > 0) {
    console.error(HELP);
    process.exitCode = 1;
    return;
  }
  const given = { videoId, all: values.all, dryRun: values["dry-run"], prune: values.prune };
  const result = await withContext((context) => command(context, given));
  console.log(values.json ? JSON.stringify(result.data) : result.text);
  process.exitCode = result.exitCode ?? 0;
});
