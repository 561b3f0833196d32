import { afterAll, beforeEach } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives each test a new, empty folder, whose path is known while a test runs. All are removed after the file's last test. */
export function useTemporaryFolder(parent = tmpdir()): { readonly path: string } {
  const paths: string[] = [];
  beforeEach(async () => {
    paths.push(await mkdtemp(join(parent, "test-")));
  });
  afterAll(async () => {
    for (const path of paths) await rm(path, { recursive: true });
  });
  return {
    get path() {
      const path = paths.at(-1);
      if (path === undefined) throw new Error("no test is running");
      return path;
    },
  };
}
