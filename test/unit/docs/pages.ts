import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/platform/paths.ts";

export function readPage(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** The cells of each row of the tables below a heading, up to the next heading of any level. Without the tables' heads. */
export function rowsBelow(page: string, heading: string): string[][] {
  const [, rest = ""] = page.split(new RegExp(String.raw`^#+ ${heading}$`, "m"));
  const [section = ""] = rest.split(/^#+ /m);
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  const isRule = (row: string | undefined) => /^\|[ |:-]+\|$/.test(row ?? "");
  const bodies = rows.filter((row, index) => !isRule(row) && !isRule(rows[index + 1]));
  return bodies.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The code spans of a cell. */
export function namesIn(cell = ""): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, name = ""]) => name);
}
