import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ADMIN } from "./session/credentials.ts";
import { exportText } from "./tree/text.ts";
import type { Databases } from "./data/databases.ts";

/** Writes each namespace that holds data to `DIR/<namespace>.json`, priorities included. */
export function exportData(databases: Databases, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, root } of databases.all()) {
    if (root !== null) writeFileSync(join(folder, `${name}.json`), exportText(root));
  }
}

/** Replaces the data of each namespace that has a file in the folder. @throws when the folder or a file cannot be read */
export function importData(databases: Databases, folder: string): void {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const json: unknown = JSON.parse(readFileSync(join(folder, file), "utf8"));
    databases.get(basename(file, ".json")).write([{ path: [], json }], ADMIN);
  }
}
