import { createReadStream } from "node:fs";
import { Problem, messageOf } from "./problem.ts";

/**
 * The lines of an NDJSON file, without a byte order mark. Only a line feed ends one: `node:readline` also breaks at U+2028 and U+2029,
 * which may be inside of a JSON string.
 * @throws Problem if the file cannot be read, is not UTF-8, or has a line of more than `maxLength` UTF-16 units
 */
export async function* readLines(file: string, maxLength: number): AsyncGenerator<string> {
  let rest = "";
  let count = 0;
  for await (const text of readText(file, () => count + 1)) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      count += 1;
      if (line.length > maxLength) throw tooLong(count);
      yield line.endsWith("\r") ? line.slice(0, -1) : line;
    }
    if (rest.length > maxLength) throw tooLong(count + 1);
  }
  if (rest !== "") yield rest;

  function tooLong(line: number): Problem {
    return new Problem(`Line ${line} of ${file} is longer than ${maxLength.toLocaleString("en")} characters.`);
  }
}

async function* readText(file: string, lineNumber: () => number): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const chunk of createReadStream(file)) yield decoder.decode(chunk as Buffer, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) {
      throw new Problem(`${file} is not UTF-8, in line ${lineNumber()} or soon after it.`, { cause: error });
    }
    throw new Problem(`Cannot read ${file}: ${messageOf(error)}.`, { cause: error });
  }
}
