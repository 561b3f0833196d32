import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { readDeployment } from "../../functions/src/deployment.ts";
import type { Surroundings } from "../doctor/surroundings.ts";
import { local, root } from "../platform/paths.ts";
import { Problem } from "../platform/problem.ts";

const releases = z.array(z.object({ commit: z.string().regex(/^[0-9a-f]{40,64}$/), at: z.string() }));
type Release = z.infer<typeof releases>[number];

/** Kept for a way back; older ones are in git. */
const MAX_RELEASES = 20;

const fileOf = (projectId: string, folder: string) => join(folder, "releases", `${projectId}.json`);

/** What was deployed from this clone, the newest last. */
export function readReleases(projectId: string, folder = local): Release[] {
  const file = fileOf(projectId, folder);
  return existsSync(file) ? releases.parse(JSON.parse(readFileSync(file, "utf8"))) : [];
}

/** Notes that a commit was deployed and passed the smoke test. */
export function recordRelease(projectId: string, commit: string, folder = local): void {
  const file = fileOf(projectId, folder);
  mkdirSync(dirname(file), { recursive: true });
  const all = [...readReleases(projectId, folder), { commit, at: new Date().toISOString() }];
  writeFileSync(file, JSON.stringify(all.slice(-MAX_RELEASES), undefined, 2));
}

const labelled = z.looseObject({ labels: z.record(z.string(), z.string()).default({}) });

/**
 * The commit that runs in a project: the function `api` carries it as the label `release`. Without the label, what this clone deployed last.
 * @returns undefined if nothing is deployed, or nobody knows what
 * @throws Error if the project cannot be asked
 */
export async function deployedCommit(
  { id, google }: NonNullable<Surroundings["project"]>,
  settings: Record<string, string>,
  folder = local,
): Promise<string | undefined> {
  const { region } = readDeployment(settings);
  const place = `/v2/projects/${id}/locations/${region}/functions/api`;
  const api = await google.get("cloudfunctions", place, labelled);
  if (!api) return undefined;
  return api.labels["release"] ?? readReleases(id, folder).at(-1)?.commit;
}

/** The last release that is not the current commit. @throws Problem if none is known */
export function previousRelease(projectId: string, current: string, folder = local): string {
  const previous = readReleases(projectId, folder).findLast(({ commit }) => commit !== current);
  if (previous) return previous.commit;
  throw new Problem(
    `No earlier release of ${projectId} was deployed from this clone: name its commit or tag with --to.`,
  );
}

/** @throws Problem if git does not know it */
export function commitOf(ref: string): string {
  try {
    return execFileSync("git", ["rev-parse", "--verify", `${ref}^{commit}`], { cwd: root, encoding: "utf8" }).trim();
  } catch {
    throw new Problem(`git knows no commit ${ref}. If it is another clone's: git fetch --all --tags.`);
  }
}
