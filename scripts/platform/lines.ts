import { createReadStream } from "node:fs";

/**
 * The lines of an NDJSON file. Only a line feed ends one: `node:readline` also breaks at U+2028 and U+2029, which may be inside of a JSON
 * string.
 */
export async function* readLines(file: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(file, { encoding: "utf8" })) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
  if (rest !== "") yield rest;
}
