import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { openOutput } from "../../../scripts/command/output.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();

/** Writes the file as a command does. @returns the rights that it has then */
async function rightsAfterWriting(file: string): Promise<number> {
  const output = await openOutput(file, { isConfirmed: true });
  await output.write("new");
  await output.finish();
  expect(readFileSync(file, "utf8")).toBe("new");
  return statSync(file).mode & 0o777;
}

test("a new file is for its owner only", async () => {
  expect(await rightsAfterWriting(join(folder.path, "export.json"))).toBe(0o600);
});

test.each([0o600, 0o640, 0o644, 0o664, 0o666])("a file that is replaced keeps its rights: %o", async (mode) => {
  const file = join(folder.path, "export.json");
  writeFileSync(file, "old");
  chmodSync(file, mode);
  const umask = process.umask(0o022);
  try {
    expect(await rightsAfterWriting(file)).toBe(mode);
  } finally {
    process.umask(umask);
  }
});
