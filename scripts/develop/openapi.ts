import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { createApp } from "../../functions/src/app.ts";
import { readConfig } from "../../functions/src/config.ts";
import { createContext } from "../../functions/src/create-context.ts";
import { buildOpenApiDocument } from "../../functions/src/routes/http/document.ts";
import { runCommand } from "../platform/problem.ts";

const HELP = `Prints the OpenAPI document. Needs no server and no database: node scripts/develop/openapi.ts [--out FILE]

  --out FILE   writes it to FILE
  --help       prints this help

Exit codes: 0 done, 1 failed.`;

/** Just enough for a context. It connects to nothing before its first use. */
const key = `document:${"x".repeat(43)}`;
const ENVIRONMENT = {
  MYSQL_URL: "mysql://nobody@127.0.0.1/none",
  ACCESS_TOKEN_KEYS: key,
  REFRESH_TOKEN_KEYS: key,
  GCLOUD_PROJECT: "demo-document",
  FIREBASE_DATABASE_EMULATOR_HOST: "127.0.0.1",
};

await runCommand(async () => {
  const { values } = parseArgs({ options: { out: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  const context = createContext(readConfig(ENVIRONMENT));
  const text = `${JSON.stringify(buildOpenApiDocument(createApp(context)), undefined, 2)}\n`;
  await context.close();
  if (values.out === undefined) return void process.stdout.write(text);
  await mkdir(dirname(values.out), { recursive: true });
  await writeFile(values.out, text);
});
