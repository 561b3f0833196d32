import { stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Context } from "../functions/src/context.ts";
import { VideoId } from "../functions/src/routes/schemas/ids.ts";
import { type Imported, OnAnotherVideo, importComments } from "../functions/src/services/transfer/import-comments.ts";
import { type Batch, readBatches } from "./import/read-batches.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { showProgress } from "./platform/progress.ts";
import { withContext } from "./platform/with-context.ts";

const HELP = `Imports comments into a video, from the NDJSON that npm run export writes:

  npm run import -- --video VIDEO [--skip-invalid] FILE

  --skip-invalid   name each line that is no comment by the rules for new ones, and go on; otherwise it stops at the first
  --json           print what was done as JSON on standard output
  --help           show this help

Comments that exist already, or were deleted, stay as they are, so after an interruption run it again. A video that does
not exist is added. Authors who are no users get an account to which nobody can sign in, under their name if it is free.
In the end, and when it stops, it says how many comments it added. Progress goes to standard error.
It works on the database that MYSQL_URL names, with the functions' environment, or on the local platform (npm start).
Exit codes: 0 done, 1 failed.`;

interface Summary extends Imported {
  video: string;
  /** Lines that were skipped. */
  invalid: number;
}

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      video: { type: "string" },
      "skip-invalid": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  const [file, ...rest] = positionals;
  if (values.video === undefined || file === undefined) {
    throw new Problem("Give a video and a file: npm run import -- --video VIDEO FILE");
  }
  if (rest.length > 0) throw new Problem(`import takes one file, not also ${rest.join(" ")}.`);
  const video = VideoId.safeParse(values.video);
  if (!video.success) throw new Problem(`${values.video} is no id of a video: ${video.error.issues[0]?.message}.`);
  const summary: Summary = { video: video.data, added: 0, existing: 0, different: 0, invalid: 0 };
  try {
    await withContext((context) => importFile(context, file, { summary, skipsInvalid: values["skip-invalid"] }));
  } catch (error) {
    // So that nobody takes what is partly there for nothing, or for everything.
    if (summary.added + summary.existing > 0) console.error(`${describe(summary)} It did not finish:`);
    throw error;
  }
  if (values.json) console.log(JSON.stringify(summary));
  else console.error(describe(summary));
});

interface ImportOptions {
  /** Kept up to date. */
  summary: Summary;
  skipsInvalid: boolean;
}

async function importFile(context: Context, file: string, { summary, skipsInvalid }: ImportOptions): Promise<void> {
  const info = await stat(file).catch(() => undefined);
  if (!info || info.isDirectory()) throw new Problem(`There is no file ${file}.`);
  const progress = showProgress("bytes read", { total: info.size });
  const onInvalid = (problem: string) => {
    if (!skipsInvalid) throw new Problem(problem);
    summary.invalid += 1;
    console.error(problem);
  };
  const onHeader = ({ id }: { id: string }) => {
    if (id !== summary.video)
      console.error(`The file is an export of video ${id}; its comments go to ${summary.video}.`);
  };
  try {
    for await (const batch of readBatches(file, { onRead: (bytes) => progress.add(bytes), onHeader, onInvalid })) {
      const { added, existing, different } = await importBatch(context, summary.video, { batch, onInvalid });
      summary.added += added;
      summary.existing += existing;
      summary.different += different;
    }
  } finally {
    progress.end();
  }
}

async function importBatch(
  context: Context,
  video: string,
  { batch, onInvalid }: { batch: Batch; onInvalid: (problem: string) => void },
): Promise<Imported> {
  while (batch.size > 0) {
    try {
      return await importComments(context, video, [...batch.values()]);
    } catch (error) {
      if (!(error instanceof OnAnotherVideo)) throw error;
      for (const [lineNumber, { id }] of batch) {
        if (id !== error.id) continue;
        onInvalid(`Line ${lineNumber} is a comment of another video: ${id} is on ${error.videoId} already.`);
        batch.delete(lineNumber);
      }
    }
  }
  return { added: 0, existing: 0, different: 0 };
}

function describe({ added, existing, different, invalid }: Summary): string {
  const parts = [`${added} comments added`];
  if (existing > 0) parts.push(`${existing} were there already`);
  if (different > 0) parts.push(`${different} of these in another version, and stay as they are`);
  if (invalid > 0) parts.push(`${invalid} invalid lines skipped`);
  return `${parts.join(", ")}.`;
}
