import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** The table from which gcloud completes commands on a terminal: it has every command with its flags. */
const TABLE = [
  "/usr/lib/google-cloud-sdk/data/cli/gcloud_completions.py",
  "/usr/share/google-cloud-sdk/data/cli/gcloud_completions.py",
].find((file) => existsSync(file));

interface Command {
  commands?: Record<string, Command>;
  flags?: Record<string, unknown>;
}

/** Every command that the installed gcloud knows; undefined where it is not installed. */
export function readGcloudCommands(): Command | undefined {
  if (TABLE === undefined) return undefined;
  const program =
    "import json, runpy, sys; print(json.dumps(runpy.run_path(sys.argv[1])['STATIC_COMPLETION_CLI_TREE']))";
  return JSON.parse(
    execFileSync("python3", ["-c", program, TABLE], { encoding: "utf8", maxBuffer: 100_000_000 }),
  ) as Command;
}

/** What gcloud does not know of a command line: a command or flags. */
export function unknownParts(all: Command, line: string): string[] {
  const words = line
    .replaceAll(/"\$\([^)]*\)"|'[^']*'|"[^"]*"/g, "VALUE")
    .split(/\s+/)
    .slice(1);
  let command = all;
  const path = ["gcloud"];
  while (words[0] !== undefined && command.commands?.[words[0]]) {
    command = command.commands[words[0]] ?? {};
    path.push(words.shift() ?? "");
  }
  if (Object.keys(command.commands ?? {}).length > 0) return [`no command ${path.join(" ")} ${words[0] ?? ""}`];
  const known = new Set([...Object.keys(command.flags ?? {}), ...Object.keys(all.flags ?? {})]);
  const flags = words.filter((word) => word.startsWith("--")).map((word) => word.split("=")[0] ?? "");
  return flags
    .filter((flag) => !known.has(flag) && !known.has(flag.replace(/^--no-/, "--")))
    .map((flag) => `${path.join(" ")} has no ${flag}`);
}
