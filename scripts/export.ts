import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { truncate } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { readConfig } from "../functions/src/config.ts";
import type { Context } from "../functions/src/context.ts";
import { createContext } from "../functions/src/create-context.ts";
import type { Export } from "../functions/src/services/comments/transfer.ts";
import { exportComments } from "../functions/src/services/comments/transfer.ts";
import { exportUser } from "../functions/src/services/accounts/user-data.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import type { Progress } from "./platform/progress.ts";
import { showProgress } from "./platform/progress.ts";

const HELP = `Writes a video's comments, or all that is kept of a user, as NDJSON: one JSON object a line.

  node scripts/export.ts --video VIDEO [--out FILE]   oldest first; a FILE that is there is continued where it ends
  node scripts/export.ts --user ID [--out FILE]       one person's data; FILE is written anew

Without --out: to standard output. Configuration: the environment of the functions.`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      video: { type: "string" },
      user: { type: "string" },
      out: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  if ((values.video === undefined) === (values.user === undefined)) throw new Problem("Either --video or --user.");
  const context = createContext(readConfig());
  let progress: Progress | undefined;
  try {
    const { total, records } = await open(context, values);
    progress = showProgress("records written", total);
    const output = values.out
      ? createWriteStream(values.out, { flags: values.video === undefined ? "w" : "a" })
      : process.stdout;
    await pipeline(
      async function* lines() {
        for await (const record of records) {
          yield `${JSON.stringify(record)}\n`;
          progress?.add(1);
        }
      },
      output,
      { end: output !== process.stdout },
    );
  } finally {
    progress?.end();
    await context.close();
  }
});

async function open(
  context: Context,
  { video, user, out }: { video?: string; user?: string; out?: string },
): Promise<Export> {
  if (video === undefined) return exportUser(context, user ?? "");
  return exportComments(context, video, out && existsSync(out) ? await lastId(out) : undefined);
}

/** The id of the file's last whole line. A line without its end, where an export was cut off, is taken away. */
async function lastId(file: string): Promise<string | undefined> {
  let last: string | undefined;
  let length = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const record = parse(line);
    if (!record) break;
    last = record.id;
    length += Buffer.byteLength(line) + 1;
  }
  await truncate(file, length);
  return last;
}

function parse(line: string): { id: string } | undefined {
  try {
    return JSON.parse(line) as { id: string };
  } catch {
    return undefined;
  }
}
