import { readFile, writeFile } from "node:fs/promises";
import type { ExportedComment, ExportHeader } from "../../../functions/src/contract/transfer.ts";
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

/** Exports a video of the app to a new file, and reads it. Throws what the script says if it fails. */
export async function exportVideo(app: App, video: string, file: string): Promise<ExportFile> {
  const { code, error } = await app.script("export", "--video", video, "--out", file);
  if (code !== 0) throw new Error(error);
  return readExport(file);
}

/** Imports a file. Throws what the script says if it fails; returns what it did. */
export async function importVideo(app: App, video: string, file: string): Promise<Record<string, unknown>> {
  const { code, out, error } = await app.script("import", "--video", video, file, "--json");
  if (code !== 0) throw new Error(error);
  return JSON.parse(out) as Record<string, unknown>;
}
