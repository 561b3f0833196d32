import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { z } from "zod";
import { USERNAME_LENGTH } from "../functions/src/contract/limits.ts";
import { readConfig } from "../functions/src/config.ts";
import { createContext } from "../functions/src/create-context.ts";
import { Content } from "../functions/src/routes/schemas/comment.ts";
import { CommentId, UserId, VideoId } from "../functions/src/routes/schemas/ids.ts";
import type { Imported } from "../functions/src/services/comments/comment-transfer.ts";
import { importComments } from "../functions/src/services/comments/comment-transfer.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { showProgress } from "./platform/progress.ts";

const HELP = `Adds comments to a video from NDJSON as scripts/export.ts writes it:

  node scripts/import.ts --video VIDEO FILE

What is there already is left alone: after an interruption, run it again. A line that does not fit stops it, with its number.
Configuration: the environment of the functions.`;

/** Comments in one transaction. */
const BATCH = 200;

const Line = z.object({
  id: CommentId,
  content: Content,
  user: z.object({ id: UserId, username: z.string().min(1).max(USERNAME_LENGTH.max) }),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  version: z.number().int().min(1),
  edited: z.boolean(),
});

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { video: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(HELP);
  const [file] = positionals;
  const video = VideoId.safeParse(values.video);
  if (!video.success || file === undefined) throw new Problem("node scripts/import.ts --video VIDEO FILE");
  const { size } = await stat(file).catch(() => {
    throw new Problem(`There is no file ${file}.`);
  });
  const context = createContext(readConfig());
  const progress = showProgress("bytes read", size);
  let added = 0;
  try {
    for await (const batch of batchesOf(file, (bytes) => progress.add(bytes))) {
      added += await importComments(context, video.data, batch);
    }
  } finally {
    progress.end();
    console.error(`${added} comments added`);
    await context.close();
  }
});

async function* batchesOf(file: string, onRead: (bytes: number) => void): AsyncGenerator<Imported[]> {
  let batch: Imported[] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1;
    onRead(Buffer.byteLength(line) + 1);
    if (line !== "") batch.push(read(line, number));
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function read(line: string, number: number): Imported {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new Problem(`Line ${number} is not JSON.`);
  }
  const parsed = Line.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Problem(`Line ${number} is no comment: ${issue?.path.join(".")} ${issue?.message}.`);
}
