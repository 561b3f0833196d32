import { parseArgs } from "node:util";
import type { Context } from "../functions/src/context.ts";
import { exportUser } from "../functions/src/services/accounts/user-data.ts";
import { exportComments } from "../functions/src/services/transfer/export-comments.ts";
import { findVideo } from "../functions/src/tables/comments/videos.ts";
import { findNamedUser } from "./command/find-user.ts";
import { type Output, openOutput } from "./command/output.ts";
import { NotFound, Problem, runCommand } from "./platform/problem.ts";
import { showProgress } from "./platform/progress.ts";
import { withContext } from "./platform/with-context.ts";

const HELP = `Exports a video's comments, or the data about a user, as NDJSON: one JSON object a line.

  npm run export -- --video VIDEO [--out FILE]
  npm run export -- --user USER [--out FILE]     USER is an e-mail address or an id

  --out FILE   the file to write; without it, standard output, where npm adds lines of its own, unless it is npm run -s
  --yes        replace FILE if it exists; otherwise its name has to be typed
  --json       with --out, print what was written as JSON on standard output
  --help       show this help

An export is of one moment. FILE appears when it is whole, so after an interruption run it again. Only you can read a new
FILE; one that is replaced keeps its rights. The first line about a
video names the moment and the number of comments: those that are shown, held for review, or deleted (without their text).
Progress goes to standard error.
It works on the database that MYSQL_URL names, with the functions' environment, or on the local platform (npm start).
Exit codes: 0 done, 1 failed, 3 no such video or user.`;

/** Text is written in pieces of about this many characters. */
const PIECE = 65_536;

/** What was exported. */
type Summary =
  { video: string; seq: number; exported_at: string; comments: number } | { user: string; records: number };

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      video: { type: "string" },
      user: { type: "string" },
      out: { type: "string" },
      yes: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  const { video, user, out } = values;
  if ((video === undefined) === (user === undefined)) {
    throw new Problem("Give either --video or --user: npm run export -- --help");
  }
  const summary = await withContext(async (context) => {
    const open = () => openOutput(out, { isConfirmed: values.yes });
    return video === undefined ? writeUser(context, user ?? "", open) : writeVideo(context, video, open);
  });
  if (out !== undefined && values.json) console.log(JSON.stringify(summary));
  else console.error(describe(summary));
});

async function writeVideo(context: Context, id: string, open: () => Promise<Output>): Promise<Summary> {
  if (!(await findVideo(context.db, id))) throw new NotFound(`There is no video ${id}.`);
  // A person may take their time to confirm it, so it comes before the snapshot.
  return writeAll(await open(), (output) =>
    exportComments(context, id, async (header, records) => {
      await output.write(line(header));
      const { seq, exported_at, comments } = header;
      await write(records, { total: comments, what: "comments written", output });
      return { video: id, seq, exported_at, comments };
    }),
  );
}

async function writeUser(context: Context, name: string, open: () => Promise<Output>): Promise<Summary> {
  const { id } = await findNamedUser(context, name);
  return writeAll(await open(), (output) =>
    exportUser(context, id, async (total, records) => {
      await write(records, { total, what: "records written", output });
      return { user: id, records: total };
    }),
  );
}

async function writeAll(output: Output, work: (output: Output) => Promise<Summary>): Promise<Summary> {
  try {
    const summary = await work(output);
    await output.finish();
    return summary;
  } catch (error) {
    await output.discard();
    throw error;
  }
}

async function write(
  records: AsyncIterable<object>,
  { total, what, output }: { total: number; what: string; output: Output },
): Promise<void> {
  const progress = showProgress(what, { total });
  let piece = "";
  try {
    for await (const record of records) {
      piece += line(record);
      progress.add(1);
      if (piece.length < PIECE) continue;
      await output.write(piece);
      piece = "";
    }
    await output.write(piece);
  } finally {
    progress.end();
  }
}

function line(record: object): string {
  return `${JSON.stringify(record)}\n`;
}

function describe(summary: Summary): string {
  if ("user" in summary) return `exported: ${summary.records} records about user ${summary.user}`;
  const { video, seq, exported_at, comments } = summary;
  return `exported: ${comments} comments of video ${video}, as of change ${seq} (${exported_at})`;
}
