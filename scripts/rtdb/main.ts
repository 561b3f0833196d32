import { readFileSync, watchFile, unwatchFile } from "node:fs";
import { parseArgs } from "node:util";
import { exportData, importData } from "./transfer.ts";
import { startRtdbServer } from "./server.ts";
import type { RtdbServer } from "./server.ts";

const HELP = `Usage: node scripts/rtdb/main.ts [options]

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

function fail(message: string): never {
  console.error(`rtdb: ${message}`);
  process.exit(1);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message.trimEnd() : String(error));

function readOptions() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(`${messageOf(error)}\n\n${HELP}`);
  }
}

/** Bad rules leave the old ones in force; polled, as editors replace files and watches then follow the old one. */
function watchRules(server: RtdbServer, file: string): void {
  watchFile(file, { interval: RULES_POLL_MS }, () => {
    try {
      server.databases.setRules(readFileSync(file, "utf8"));
      console.log(`rtdb: rules read again from ${file}`);
    } catch (error) {
      console.error(`rtdb: rules refused, the old ones stay: ${file}:${messageOf(error)}`);
    }
  });
}

const values = readOptions();
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`--port takes 0 to 65535, not ${values.port}`);

const { rules } = values;
const server = await (async () => {
  const text = rules === undefined ? {} : { rules: readFileSync(rules, "utf8") };
  return startRtdbServer({ host: values.host, port, project: values.project, ...text });
})().catch((error: unknown) => fail(rules === undefined ? messageOf(error) : `${rules}:${messageOf(error)}`));

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
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void end());
