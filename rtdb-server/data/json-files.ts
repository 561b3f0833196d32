import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ADMIN } from "../rules/identity.ts";
import { exportText } from "../tree/json-text.ts";
import type { Namespaces } from "./namespaces.ts";

/**
 * Writes each namespace with data to `<folder>/<namespace>.json`, priorities included, and removes the file of one without. A file is
 * replaced as a whole, so that an export that fails leaves the earlier one.
 */
export function exportToFolder(namespaces: Namespaces, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, root } of namespaces.all()) {
    const file = join(folder, `${name}.json`);
    if (root === null) {
      rmSync(file, { force: true });
      continue;
    }
    writeFileSync(`${file}.partial`, exportText(root));
    renameSync(`${file}.partial`, file);
  }
}

/** Replaces the data of each namespace that has a file in the folder. @throws if the folder or a file cannot be read, or is refused */
export function importFromFolder(namespaces: Namespaces, folder: string): void {
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith(".json"))) {
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    try {
      const json: unknown = JSON.parse(text);
      namespaces.get(basename(name, ".json")).write([{ path: [], json }], ADMIN);
    } catch (error) {
      throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}
