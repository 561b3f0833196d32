import { readFileSync, watchFile, unwatchFile } from "node:fs";
import { parseArgs } from "node:util";
import { Refusal } from "./refusal.ts";
import { exportData, importData } from "./transfer.ts";
import { startRtdbServer } from "./server.ts";
import type { RtdbServer } from "./server.ts";

const HELP = `Usage: node rtdb-server/main.ts [options]

A local Firebase Realtime Database server for the unmodified SDKs.

  --port PORT      port to listen on (9000; 0 = any free one)
  --host HOST      address to listen on (127.0.0.1)
  --rules FILE     security rules for every namespace; read again when the file changes. Without: open to all
  --project ID     its <ID>-default-rtdb is the namespace of requests that name none (demo-project)
  --import DIR     load DIR/<namespace>.json at the start
  --export DIR     write DIR/<namespace>.json at the end (SIGINT, SIGTERM)
  --help           print this
`;

const options = {
  port: { type: "string", default: "9000" },
  host: { type: "string", default: "127.0.0.1" },
  rules: { type: "string" },
  project: { type: "string", default: "demo-project" },
  import: { type: "string" },
  export: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

const RULES_POLL_MS = 300;

/** What the person at the terminal should read, without a stack; mistakes in rules with file, line and column. */
function complaint(error: unknown, file = ""): string {
  if (error instanceof Refusal) return `${file}:${error.message.trimEnd()}`;
  return error instanceof Error ? error.message : String(error);
}

/** Bad rules leave the old ones in force; polled, as editors replace files and watches then follow the old one. */
function watchRules(server: RtdbServer, file: string): void {
  watchFile(file, { interval: RULES_POLL_MS }, () => {
    try {
      server.databases.setRules(readFileSync(file, "utf8"));
      console.log(`rtdb: rules read again from ${file}`);
    } catch (error) {
      console.error(`rtdb: rules refused, the old ones stay: ${complaint(error, file)}`);
    }
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (!/^\d{1,5}$/.test(values.port)) throw new Error(`--port takes a number, not ${values.port}`);
  const { rules, host, project } = values;
  const text = rules === undefined ? {} : { rules: readFileSync(rules, "utf8") };
  const server = await startRtdbServer({ host, port: Number(values.port), project, ...text });
  if (values.import !== undefined) importData(server.databases, values.import);
  if (rules !== undefined) watchRules(server, rules);
  console.log(`rtdb: listening on http://${server.host}:${server.port}`);

  let ending = false;
  async function end(): Promise<void> {
    if (ending) return;
    ending = true;
    if (rules !== undefined) unwatchFile(rules);
    await server.close();
    if (values.export !== undefined) exportData(server.databases, values.export);
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void end().catch(fail));
}

function fail(error: unknown): void {
  console.error(`rtdb: ${complaint(error, parseArgs({ options, strict: false }).values.rules?.toString())}`);
  process.exit(1);
}

await main().catch(fail);
