import { parseArgs } from "node:util";
import { Problem } from "../platform/problem.ts";

/** What `npm run deploy` takes, with a project's id unless it is `--help`. @throws Problem that says what is wrong */
export function parseDeployArguments(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      project: { type: "string", default: "" },
      "dry-run": { type: "boolean", default: false },
      rollback: { type: "boolean", default: false },
      to: { type: "string" },
      force: { type: "boolean", default: false },
      "accept-migrations": { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help) return values;
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(values.project)) {
    throw new Problem("Name the project: --project my-comments.");
  }
  if (values.to !== undefined && !values.rollback) throw new Problem("--to goes with --rollback.");
  return values;
}
