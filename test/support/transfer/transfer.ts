import { readFile, writeFile } from "node:fs/promises";
import type { ExportedComment, ExportHeader } from "../../../functions/src/contract/transfer.ts";
import { exportComments } from "../../../functions/src/services/transfer/export-comments.ts";
import { type Summary, importFile } from "../../../scripts/import/import-file.ts";
import type { App } from "../app/app.ts";

export interface ExportFile {
  header: ExportHeader;
  comments: ExportedComment[];
}

export async function readExport(file: string): Promise<ExportFile> {
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  const [header, ...comments] = lines.map((line) => JSON.parse(line) as unknown);
  return { header: header as ExportHeader, comments: comments as ExportedComment[] };
}

export async function writeLines(file: string, records: object[]): Promise<void> {
  await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
}

/** Exports a video of the app to a new file, as the command does but in this process, and reads it. */
export async function exportVideo(app: App, video: string, file: string): Promise<ExportFile> {
  await exportComments(app.context, video, async (header, comments) => {
    const lines: object[] = [header];
    for await (const comment of comments) lines.push(comment);
    await writeLines(file, lines);
  });
  return readExport(file);
}

/** Imports a file as the command does but in this process; returns what it did. */
export async function importVideo(app: App, video: string, file: string): Promise<Summary> {
  const summary: Summary = { video, added: 0, existing: 0, different: 0, invalid: 0 };
  const progressOf = () => ({ add() {}, end() {} });
  await importFile(app.context, file, { summary, skipsInvalid: false, print() {}, progressOf });
  return summary;
}

/** Exports a video with the command. Throws what it says if it fails. */
export async function runExport(app: App, video: string, file: string): Promise<ExportFile> {
  const { code, error } = await app.script("export", "--video", video, "--out", file);
  if (code !== 0) throw new Error(error);
  return readExport(file);
}

/** Imports a file with the command. Throws what it says if it fails; returns what it did. */
export async function runImport(app: App, video: string, file: string): Promise<Record<string, unknown>> {
  const { code, out, error } = await app.script("import", "--video", video, file, "--json");
  if (code !== 0) throw new Error(error);
  return JSON.parse(out) as Record<string, unknown>;
}
