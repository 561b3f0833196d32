import { rmSync } from "node:fs";
import { join } from "node:path";
import { checkOut } from "../deploy/check-out.ts";
import { local } from "../platform/paths.ts";
import { tryRelease } from "./try-release.ts";

interface TryCommitOptions {
  commit: string;
  /** The migrations of the release that replaces it. */
  migrations: string;
  print: (line: string) => void;
  /** Where it is unpacked and run. */
  folder?: string;
}

/** Unpacks an earlier release and tries it on new migrations. @throws Problem if it fails on them; its files and logs stay then */
export async function tryCommit({ commit, migrations, print, ...place }: TryCommitOptions): Promise<void> {
  const home = place.folder ?? join(local, "previous", commit.slice(0, 12));
  const folder = join(home, "release");
  print(`  trying ${commit.slice(0, 12)} in ${home}`);
  await checkOut(commit, folder);
  await tryRelease({ folder, migrations, scratch: join(home, "run"), print });
  rmSync(home, { recursive: true });
}
