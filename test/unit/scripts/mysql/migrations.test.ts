import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { pendingMigrations, readMigrations } from "../../../../scripts/platform/mysql/migrations.ts";
import { useTemporaryFolder } from "../../../support/temporary-folder.ts";

const temporary = useTemporaryFolder();

async function createFolder(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(temporary.path, "migrations-"));
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
  return folder;
}

const threeFiles = { "0001_a.sql": "SELECT 1", "0002_b.sql": "SELECT 2", "0003_c.sql": "SELECT 3" };

test("files are read in the order of their numbers", async () => {
  const files = await readMigrations(await createFolder({ ...threeFiles, "notes.md": "not a migration" }));
  expect(files.map(({ name }) => name)).toEqual(Object.keys(threeFiles));
});

test.each([
  ["a gap", { "0001_a.sql": "", "0003_c.sql": "" }, "0003_c.sql should be 0002_"],
  ["a number used twice", { "0001_a.sql": "", "0001_b.sql": "" }, "0001_b.sql should be 0002_"],
  ["a name without a number", { "a.sql": "" }, "a.sql should be 0001_"],
])("%s is refused", async (_, files, message) => {
  await expect(readMigrations(await createFolder(files))).rejects.toThrow(message);
});

test("the checkout's line ends do not change a checksum", async () => {
  const [unix] = await readMigrations(await createFolder({ "0001_a.sql": "SELECT 1;\nSELECT 2;\n" }));
  const [windows] = await readMigrations(await createFolder({ "0001_a.sql": "SELECT 1;\r\nSELECT 2;\r\n" }));
  const [other] = await readMigrations(await createFolder({ "0001_a.sql": "SELECT 1;\nSELECT 3;\n" }));
  expect(windows?.checksum).toBe(unix?.checksum);
  expect(other?.checksum).not.toBe(unix?.checksum);
});

test("files that are not applied are pending, in order", async () => {
  const files = await readMigrations(await createFolder(threeFiles));
  expect(pendingMigrations(files, files.slice(0, 1)).map(({ version }) => version)).toEqual([2, 3]);
  expect(pendingMigrations(files, files)).toEqual([]);
});

test("a file changed after it was applied is refused by name", async () => {
  const files = await readMigrations(await createFolder(threeFiles));
  const applied = files.map((file) => ({ ...file, checksum: file.version === 2 ? "other" : file.checksum }));
  expect(() => pendingMigrations(files, applied)).toThrow("0002_b.sql was changed after it was applied");
});

test("a database that is newer than the files is refused", async () => {
  const files = await readMigrations(await createFolder(threeFiles));
  const applied = [...files, { version: 4, name: "0004_d.sql", checksum: "x" }];
  expect(() => pendingMigrations(files, applied)).toThrow("0004_d.sql, which is not among the files");
});

test("a gap in the applied migrations is refused", async () => {
  const files = await readMigrations(await createFolder(threeFiles));
  expect(() => pendingMigrations(files, files.slice(1))).toThrow("has migration 2 without 1");
});
