import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { buildClient } from "../platform/bundles/bundles.ts";
import { root } from "../platform/paths.ts";
import { Problem, runCommand } from "../platform/problem.ts";

const HELP = `Builds the browser client as a package, in web/lib: npm run build:client [-- options]

  --help   show this help

Publish it with npm publish in web/.
Exit codes: 0 done, 1 failed.`;

await runCommand(async () => {
  const { values } = parseArgs({ options: { help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  await buildClient();
  const tsc = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "-p", "web/tsconfig.package.json"],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
  if (tsc.status !== 0) throw new Problem("The types of the client cannot be built; see above.");
  const folder = join(root, "web/lib");
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".js"))) {
    console.log(`${name}: ${gzipSync(readFileSync(join(folder, name))).length} bytes gzipped`);
  }
});
