import { parseArgs } from "node:util";
import { Problem, runCommand } from "./platform/problem.ts";
import { withContext } from "./platform/with-context.ts";
import { ACCEPTED, commands } from "./sync/commands.ts";

const HELP = `Compares the Realtime Database with MySQL and repairs it: npm run sync -- COMMAND [options]

  status                  how far the Realtime Database is behind; exit code 2 if more than two minutes
  overview                what the console shows: the last hour's latency, drift, refusals and alerts; who watches; what answers
  quarantine              comments that it refuses; exit code 2 if there are any
  retry [VIDEO]           try quarantined comments again
  rebuild VIDEO | --all   write the whole live state of a video again
  reconcile [VIDEO]       compare all videos and users, or one video, and repair what differs
    --dry-run             only compare; exit code 2 if something differs
    --prune               remove videos that MySQL does not know; without it they are listed, and the exit code is 2.
                          It shows them, and a confirmation has to be typed, unless you give --yes
  epoch VIDEO | --all     begin a new epoch, after MySQL was restored to an earlier time
  watch                   do what the scheduled functions do, a minute after the last round ended; fill a local
                          Realtime Database as soon as it is back after it was away

  --json                  print the result as JSON on standard output, and progress on standard error
  --help                  print this

Every command is safe to repeat, and to run while the functions run.
It works on the database that MYSQL_URL names, with the functions' environment, or on the local platform (npm start).
Exit codes: 0 done, 1 failed, 2 as above, 3 no such video.`;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      all: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      prune: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [name = "", videoId, ...rest] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (values.help) return console.log(HELP);
  if (!command) throw new Problem(unknownCommand(name));
  if (rest.length > 0) throw new Problem(`${name} takes one video at most, not also ${rest.join(" ")}.`);
  const { video = false, options = [] } = ACCEPTED[name] ?? {};
  const excess = (["all", "dry-run", "prune", "yes"] as const).find((name) => values[name] && !options.includes(name));
  if (excess !== undefined) throw new Problem(`${name} does not take --${excess}: npm run sync -- --help`);
  if (videoId !== undefined && !video) throw new Problem(`${name} takes no video, so not ${videoId}.`);
  const { all, prune, yes: isConfirmed } = values;
  const given = { videoId, all, dryRun: values["dry-run"], prune, isConfirmed };
  const result = await withContext((context) => command(context, given));
  console.log(values.json ? JSON.stringify(result.data) : result.text);
  process.exitCode = result.exitCode ?? 0;
});

function unknownCommand(name: string): string {
  const names = Object.keys(commands).join(", ");
  if (name === "") return `Give a command: ${names}. More: npm run sync -- --help`;
  return `There is no command ${name}. The commands are ${names}.`;
}
