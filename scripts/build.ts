import { parseArgs } from "node:util";
import { buildAll, watchAll } from "./platform/bundles.ts";
import { Problem, runCommand } from "./platform/problem.ts";

const HELP = `Builds functions/lib (the deployed bundle) and web/dist (the page): node scripts/build.ts [--watch]

  --watch   build again on each change
  --help    this`;

await runCommand(async () => {
  const { values } = parseArgs({ options: { watch: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  if (values.watch) return watchAll();
  await buildAll().catch(() => {
    throw new Problem("The build failed; esbuild's message is above.");
  });
});
