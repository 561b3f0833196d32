import { createWriteStream, existsSync } from "node:fs";
import { truncate } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import type { Context } from "../functions/src/context.ts";
import { exportUser } from "../functions/src/services/accounts/user-data.ts";
import { type Export, exportComments } from "../functions/src/services/comments/transfer.ts";
import { findVideo } from "../functions/src/tables/comments/videos.ts";
import { findNamedUser } from "./command/find-user.ts";
import { readLines } from "./platform/lines.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { showProgress } from "./platform/progress.ts";
import { withContext } from "./platform/with-context.ts";

const HELP = `Exports a video's comments, or all data about a user, as NDJSON: one JSON object a line.

  npm run export -- --video VIDEO [--out FILE]   oldest first; continues where an existing FILE ends
  npm run export -- --user USER [--out FILE]     replaces an existing FILE; USER is an e-mail address or an id
  npm run export -- --help

Without --out it writes to standard output; npm adds lines of its own there, unless it is called as npm run -s.
Progress goes to standard error. A video or user that does not exist is an error.
It works on the database that MYSQL_URL names, with the functions' environment, or on the local platform (npm start).
Exit codes: 0 done, 1 failed.`;

interface Options {
  video?: string;
  user?: string;
  out?: string;
}

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
  if ((values.video === undefined) === (values.user === undefined)) {
    throw new Problem("Give either --video or --user: npm run export -- --help");
  }
  await withContext(async (context) => write(await begin(context, values), values));
});

async function begin(context: Context, { video, user, out }: Options): Promise<Export> {
  if (video === undefined) return exportUser(context, (await findNamedUser(context, user ?? "")).id);
  if (!(await findVideo(context.db, video))) throw new Problem(`There is no video ${video}.`);
  const lastId = out !== undefined && existsSync(out) ? await truncateToLastRecord(out) : undefined;
  return exportComments(context, video, lastId);
}

async function write({ total, records }: Export, { video, out }: Options): Promise<void> {
  const progress = showProgress("records written", { total });
  const isFile = out !== undefined;
  const output = isFile ? createWriteStream(out, { flags: video === undefined ? "w" : "a" }) : process.stdout;
  try {
    await pipeline(
      async function* lines() {
        for await (const record of records) {
          yield `${JSON.stringify(record)}\n`;
          progress.add(1);
        }
      },
      output,
      { end: isFile },
    );
  } finally {
    progress.end();
  }
}

/** Removes an incomplete last line, which an interrupted export leaves. Returns the id of the last record. */
async function truncateToLastRecord(file: string): Promise<string | undefined> {
  let lastId: string | undefined;
  let bytes = 0;
  for await (const line of readLines(file)) {
    const record = parseRecord(line);
    if (!record) break;
    lastId = record.id;
    bytes += Buffer.byteLength(line) + 1;
  }
  await truncate(file, bytes);
  return lastId;
}

function parseRecord(line: string): { id: string } | undefined {
  try {
    return JSON.parse(line) as { id: string };
  } catch {
    return undefined;
  }
}
