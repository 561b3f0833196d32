import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { parseArgs } from "node:util";
import { exportToFolder, importFromFolder } from "./data/json-files.ts";
import { RequestError } from "./request-error.ts";
import { type RtdbServer, startRtdbServer } from "./server.ts";

const HELP = `Usage: node rtdb-server/main.ts [options]

A local Firebase Realtime Database server for the unmodified SDKs.

  --port PORT      the port to listen on (default 9000; 0 = any free port)
  --host HOST      the address to listen on (default 127.0.0.1)
  --rules FILE     security rules for every namespace, read again when the file changes
                   (default: everybody can read and write)
  --project ID     requests that name no namespace go to <ID>-default-rtdb (default demo-project)
  --import DIR     load the data in DIR/<namespace>.json at the start
  --export DIR     write the data to DIR/<namespace>.json at the end (SIGINT, SIGTERM)
  --help           print this text

Exit codes: 0 ended by a signal, 1 failed.
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

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (!/^\d{1,5}$/.test(values.port)) throw new Error(`--port takes a number, not ${values.port}`);
  const { host, project, rules: rulesFile } = values;
  const rules = rulesFile === undefined ? {} : { rules: readFileSync(rulesFile, "utf8") };
  const server = await startRtdbServer({ host, port: Number(values.port), project, ...rules });
  if (values.import !== undefined) importFromFolder(server.namespaces, values.import);
  if (rulesFile !== undefined) watchRules(server, rulesFile);
  console.log(`rtdb: listening on http://${server.host}:${server.port}`);

  let isStopping = false;
  async function stop(): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    if (rulesFile !== undefined) unwatchFile(rulesFile);
    await server.close();
    if (values.export !== undefined) exportToFolder(server.namespaces, values.export);
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop().catch(exitWithError));
}

/** Reads the rules again when the file changes. It is polled, because editors replace files, and a watch stays with the old one. */
function watchRules(server: RtdbServer, file: string): void {
  watchFile(file, { interval: RULES_POLL_MS }, () => {
    try {
      server.namespaces.setRules(readFileSync(file, "utf8"));
      console.log(`rtdb: loaded the changed rules from ${file}`);
    } catch (error) {
      console.error(`rtdb: the changed rules are refused, the old ones stay: ${messageOf(error, file)}`);
    }
  });
}

/** A line for the terminal, without a stack. Mistakes in rules have file, line and column. */
function messageOf(error: unknown, rulesFile = ""): string {
  if (error instanceof RequestError) return `${rulesFile}:${error.message.trimEnd()}`;
  return error instanceof Error ? error.message : String(error);
}

function exitWithError(error: unknown): void {
  const { rules } = parseArgs({ options, strict: false }).values;
  console.error(`rtdb: ${messageOf(error, rules?.toString())}`);
  process.exit(1);
}

await main().catch(exitWithError);
