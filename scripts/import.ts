import { stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { USERNAME_CODE_POINTS } from "../functions/src/contract/limits.ts";
import { Content } from "../functions/src/routes/schemas/comment.ts";
import { CommentId, UserId, VideoId } from "../functions/src/routes/schemas/ids.ts";
import { type ImportedComment, importComments } from "../functions/src/services/comments/transfer.ts";
import { readLines } from "./platform/lines.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { showProgress } from "./platform/progress.ts";
import { withContext } from "./platform/with-context.ts";

const HELP = `Imports comments into a video, from the NDJSON that npm run export writes:

  npm run import -- --video VIDEO [--skip-invalid] FILE
  npm run import -- --help

Comments that exist already stay as they are, so after an interruption run it again. It stops at the first line that is no
comment by the rules for new ones, and names it; with --skip-invalid it names each such line and goes on. A video that
does not exist is added. Progress goes to standard error.
It works on the database that MYSQL_URL names, with the functions' environment, or on the local platform (npm start).
Exit codes: 0 done, 1 failed.`;

/** Comments in one transaction. */
const BATCH_SIZE = 200;

const Line = z.object({
  id: CommentId,
  content: Content,
  user: z.object({
    id: UserId,
    username: z
      .string()
      .min(1)
      .max(2 * USERNAME_CODE_POINTS.max),
  }),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  version: z.number().int().min(1),
  edited: z.boolean(),
});

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { video: { type: "string" }, "skip-invalid": { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(HELP);
  const [file] = positionals;
  const video = VideoId.safeParse(values.video);
  if (!video.success || file === undefined) {
    throw new Problem("Give a video and a file: npm run import -- --video VIDEO FILE");
  }
  const { size } = await stat(file).catch(() => {
    throw new Problem(`There is no file ${file}.`);
  });
  await withContext(async (context) => {
    const progress = showProgress("bytes read", { total: size });
    let added = 0;
    try {
      for await (const batch of readBatches(file, {
        skipInvalid: values["skip-invalid"] === true,
        onRead: (bytes) => progress.add(bytes),
      })) {
        added += await importComments(context, video.data, batch);
      }
    } finally {
      progress.end();
      console.error(`${added} comments added`);
    }
  });
});

async function* readBatches(
  file: string,
  { skipInvalid, onRead }: { skipInvalid: boolean; onRead: (bytes: number) => void },
): AsyncGenerator<ImportedComment[]> {
  let batch: ImportedComment[] = [];
  let lineNumber = 0;
  for await (const line of readLines(file)) {
    lineNumber += 1;
    onRead(Buffer.byteLength(line) + 1);
    if (line !== "") {
      const parsed = parseLine(line, lineNumber);
      if (typeof parsed !== "string") batch.push(parsed);
      else if (skipInvalid) console.error(parsed);
      else throw new Problem(parsed);
    }
    if (batch.length === BATCH_SIZE) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** The comment, or what is wrong with the line. */
function parseLine(line: string, lineNumber: number): ImportedComment | string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return `Line ${lineNumber} is not JSON.`;
  }
  const parsed = Line.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `Line ${lineNumber} is no comment: ${issue?.path.join(".")} ${issue?.message}.`;
}
