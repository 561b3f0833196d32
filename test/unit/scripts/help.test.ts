import { beforeAll, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { compileCache } from "../../support/compile-cache.ts";

const COMMANDS = [
  ...[
    "admin",
    "build",
    "cost",
    "deploy",
    "doctor",
    "erase",
    "export",
    "import",
    "migrate",
    "seed",
    "setup",
    "smoke",
    "start",
    "sync",
  ].map((name) => `scripts/${name}.ts`),
  ...["check", "client", "clip", "openapi", "picture", "previous", "test"].map((name) => `scripts/develop/${name}.ts`),
  ...["scripts/bench/run.ts", "scripts/bench/rtdb.ts", "scripts/fuzz/rtdb.ts"],
  ...["rtdb-server/main.ts", "test/faults/run.ts"],
];

/** They print what they did as JSON for a program. */
const WITH_JSON = ["export", "import", "erase", "admin", "sync", "doctor"].map((name) => `scripts/${name}.ts`);

let printed: Record<string, string>;

beforeAll(() => {
  const program = ["--disable-warning=ExperimentalWarning", "test/support/app/processes/help-program.ts", ...COMMANDS];
  // It ends by itself: no command leaves anything open.
  printed = JSON.parse(
    execFileSync(process.execPath, program, { env: compileCache(), encoding: "utf8" }),
  ) as typeof printed;
});

test.each(COMMANDS)("%s --help tells the exit codes and its options, and needs no environment", (command) => {
  const help = printed[command];
  expect(help).toContain("--help");
  expect(help).toContain("Exit codes: 0 ");
  if (WITH_JSON.includes(command)) expect(help).toContain("--json");
});
