import { parseArgs } from "node:util";
import { buildAll, watchAll } from "./platform/bundles/bundles.ts";
import { runCommand } from "./platform/problem.ts";

const HELP = `Builds functions/lib (the bundle to deploy) and web/dist (the pages): npm run build [-- options]

  --watch   build again on each change
  --help    show this help

Exit codes: 0 done, 1 failed.`;

await runCommand(async () => {
  const { values } = parseArgs({ options: { watch: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  await (values.watch ? watchAll() : buildAll());
});
