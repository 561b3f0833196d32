import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../platform/paths.ts";
import { Problem, runCommand } from "../platform/problem.ts";

/** What each check runs, in the order of `npm run check`: the quickest first. */
const CHECKS: Record<string, { commands: string[]; cure?: string }> = {
  format: { commands: ["prettier --check ."], cure: "npm run format" },
  lint: { commands: ["oxlint"] },
  unused: { commands: ["knip"] },
  types: { commands: ["tsc -p .", "tsc -p web"] },
  openapi: {
    commands: ["node scripts/develop/openapi.ts --out .local/openapi.json", "redocly lint .local/openapi.json"],
  },
  tests: { commands: ["node scripts/develop/test.ts"] },
};

const NAMES = Object.keys(CHECKS).join(", ");

const HELP = `Checks the code, and stops at the first failure: npm run check [-- NAME …]

  NAME     ${NAMES} (default: all, in this order)
  --help   show this help

Exit codes: 0 all passed, 1 failed.`;

await runCommand(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  const unknown = positionals.find((name) => !Object.hasOwn(CHECKS, name));
  if (unknown !== undefined) throw new Problem(`There is no check ${unknown}. The checks are ${NAMES}.`);
  for (const [name, { commands, cure = "see above" }] of Object.entries(CHECKS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    for (const command of commands) {
      console.log(`check ${name}: ${command}`);
      if (!isSuccessful(command)) throw new Problem(`check ${name} failed (${cure}).`);
    }
  }
});

function isSuccessful(command: string): boolean {
  const [program = "", ...args] = command.split(" ");
  const path = [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
  const env = { ...process.env, PATH: path };
  return spawnSync(program, args, { cwd: root, env, stdio: "inherit" }).status === 0;
}
