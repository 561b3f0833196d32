import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./platform/paths.ts";
import { Problem, runCommand } from "./platform/problem.ts";

/** In this order, the quickest to fail first; each a list of commands. */
const CHECKS: Record<string, { cure: string; commands: string[][] }> = {
  format: { cure: "npx prettier --write .", commands: [["prettier", "--check", "."]] },
  lint: { cure: "see the messages above", commands: [["oxlint"]] },
  types: {
    cure: "see the messages above",
    commands: [
      ["tsc", "-p", "."],
      ["tsc", "-p", "web"],
    ],
  },
  openapi: {
    cure: "see the messages above",
    commands: [
      ["openapi.ts", "--out", ".local/openapi.json"],
      ["redocly", "lint", ".local/openapi.json"],
    ],
  },
  tests: { cure: "see the messages above", commands: [["test.ts"]] },
};

const HELP = `Checks the code; stops at the first failure: npm run check [-- NAME …]

  NAME   ${Object.keys(CHECKS).join(", ")} (default: all, in this order)`;

await runCommand(async () => {
  const wanted = process.argv.slice(2);
  if (wanted.includes("--help")) return console.log(HELP);
  const unknown = wanted.find((name) => !(name in CHECKS));
  if (unknown) throw new Problem(`There is no check ${unknown}: ${Object.keys(CHECKS).join(", ")}.`);
  for (const [name, { cure, commands }] of Object.entries(CHECKS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const command of commands) {
      console.log(`check ${name}: ${command.join(" ")}`);
      if (!succeeds(command)) throw new Problem(`check: ${name} failed (${cure}).`);
    }
  }
});

function succeeds([tool = "", ...args]: string[]): boolean {
  const ours = tool.endsWith(".ts");
  const command = ours ? process.execPath : join(root, "node_modules/.bin", tool);
  const all = ours ? [join(root, "scripts", tool), ...args] : args;
  return spawnSync(command, all, { cwd: root, stdio: "inherit" }).status === 0;
}
