import { parseArgs } from "node:util";
import { VideoId } from "../functions/src/routes/schemas/ids.ts";
import { type ImportOptions, type Summary, importFile } from "./import/import-file.ts";
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
  const options: ImportOptions = {
    summary,
    skipsInvalid: values["skip-invalid"],
    print: (line) => console.error(line),
    progressOf: (total) => showProgress("bytes read", { total }),
  };
  try {
    await withContext((context) => importFile(context, file, options));
  } catch (error) {
    // So that nobody takes what is partly there for nothing, or for everything.
    if (summary.added + summary.existing > 0) console.error(`${describe(summary)} It did not finish:`);
    throw error;
  }
  if (values.json) console.log(JSON.stringify(summary));
  else console.error(describe(summary));
});

function describe({ added, existing, different, invalid }: Summary): string {
  const parts = [`${added} comments added`];
  if (existing > 0) parts.push(`${existing} were there already`);
  if (different > 0) parts.push(`${different} of these in another version, and stay as they are`);
  if (invalid > 0) parts.push(`${invalid} invalid lines skipped`);
  return `${parts.join(", ")}.`;
}
