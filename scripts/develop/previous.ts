import { parseArgs } from "node:util";
import { commitOf, deployedCommit } from "../deploy/releases.ts";
import { openProject } from "../doctor/credentials.ts";
import { readSettings } from "../doctor/settings.ts";
import { migrations, root } from "../platform/paths.ts";
import { Problem, runCommand } from "../platform/problem.ts";
import { tryCommit } from "../previous/try-commit.ts";

const HELP = `Tries an earlier release on the migrations of this clone: npm run previous -- --release REF

  --release REF  its commit or tag
  --project ID   instead of a release: the one that is deployed in this project
  --help         show this help

It unpacks the release below .local/previous, builds it, starts it on a private MySQL and Realtime Database, applies the new migrations under it,
and runs its smoke test and its schedules. It needs git and a MySQL server's program or Docker; it touches nothing that is deployed.
Exit codes: 0 it works, or no earlier release is known; 1 it does not.`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: { release: { type: "string" }, project: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(HELP);
  const { release, project: id } = values;
  const print = (line: string) => console.log(line);
  if (release !== undefined) return tryCommit({ commit: commitOf(release), migrations, print });
  if (id === undefined) throw new Problem("Name the release: --release v1.2.0, or the project: --project my-comments.");
  const commit = await deployedCommit(openProject(id, process.env), readSettings(root, id).settings);
  if (commit === undefined) return print(`No earlier release of ${id} is known.`);
  await tryCommit({ commit: commitOf(commit), migrations, print });
});
