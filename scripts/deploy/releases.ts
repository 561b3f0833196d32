import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { readDeployment } from "../../functions/src/deployment.ts";
import type { Surroundings } from "../doctor/surroundings.ts";
import { local, root } from "../platform/paths.ts";
import { Problem } from "../platform/problem.ts";

const releases = z.array(
  z.object({
    commit: z.string().regex(/^[0-9a-f]{40,64}$/),
    at: z.string(),
    /** Whether it passed the smoke test, and was not rolled back since: only then is it a way back. */
    hasPassed: z.boolean().default(true),
  }),
);
type Release = z.infer<typeof releases>[number];

/** Kept for a way back; older ones are in git. */
const MAX_RELEASES = 20;

const fileOf = (projectId: string, folder: string) => join(folder, "releases", `${projectId}.json`);

/** What was deployed from this clone, the newest last. Only the last one may not have passed. */
export function readReleases(projectId: string, folder = local): Release[] {
  const file = fileOf(projectId, folder);
  return existsSync(file) ? releases.parse(JSON.parse(readFileSync(file, "utf8"))) : [];
}

function passedReleases(projectId: string, folder: string): Release[] {
  return readReleases(projectId, folder).filter(({ hasPassed }) => hasPassed);
}

/** Writes the file by renaming, so that a full disk or a kill leaves the former one. */
function writeReleases(projectId: string, all: Release[], folder: string): void {
  const file = fileOf(projectId, folder);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(all.slice(-MAX_RELEASES), undefined, 2));
  renameSync(`${file}.new`, file);
}

const release = (commit: string, hasPassed: boolean): Release => ({ commit, at: new Date().toISOString(), hasPassed });

/** Notes that some of a commit may be live from now on. */
export function recordAttempt(projectId: string, commit: string, folder = local): void {
  writeReleases(projectId, [...passedReleases(projectId, folder), release(commit, false)], folder);
}

/** Notes that a commit was deployed and passed the smoke test. */
export function recordRelease(projectId: string, commit: string, folder = local): void {
  const earlier = passedReleases(projectId, folder);
  const isKnown = earlier.at(-1)?.commit === commit;
  writeReleases(projectId, [...earlier.slice(0, isKnown ? -1 : undefined), release(commit, true)], folder);
}

/** Notes that the way back to a commit begins: what is newer is no way back any more, and a second try leads to the same commit. */
export function recordWayBack(projectId: string, { from, to }: WayBack, folder = local): void {
  const earlier = passedReleases(projectId, folder);
  const at = earlier.findLastIndex(({ commit }) => commit === to);
  const kept = at < 0 ? earlier.filter(({ commit }) => commit !== from) : earlier.slice(0, at + 1);
  const left = from === undefined || from === to ? [] : [release(from, false)];
  writeReleases(projectId, [...kept, ...left], folder);
}

const labelled = z.looseObject({ labels: z.record(z.string(), z.string()).default({}) });

/**
 * The commit that runs in a project: the function `api` carries it as the label `release`. Without the label, the last that passed from this clone.
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
  return api.labels["release"] ?? passedReleases(id, folder).at(-1)?.commit;
}

export interface WayBack {
  /** What is left. Undefined if nobody knows. */
  from: string | undefined;
  to: string;
}

/**
 * From what runs to the last release before it that passed. From a deployment that failed, or a way back that failed, to the last release
 * that passed.
 * @param running the commit that runs in the project, as `deployedCommit` finds it
 * @throws Problem if no earlier release is known, or nobody knows which one runs
 */
export function wayBackFrom(projectId: string, running: string | undefined, folder = local): WayBack {
  const all = readReleases(projectId, folder);
  const attempt = all.find(({ hasPassed }) => !hasPassed)?.commit;
  const passed = all.filter(({ hasPassed }) => hasPassed);
  const from = attempt ?? running;
  // The region in .env may be another one since, or somebody deleted the function: the last that passed may be the one that runs.
  if (from === undefined && passed.length > 0) {
    throw new Problem(
      `Releases of ${projectId} are noted, but no function api is found where .env says. Name the commit or tag to go back to with --to.`,
    );
  }
  // An attempt comes after all that passed, also after an earlier deployment of the same commit.
  const at = attempt === undefined ? passed.findLastIndex(({ commit }) => commit === running) : -1;
  const before = at < 0 ? passed : passed.slice(0, at);
  const to = before.findLast(({ commit }) => commit !== from)?.commit;
  if (to !== undefined) return { from, to };
  throw new Problem(
    `No release of ${projectId} before ${from ?? "this one"} was deployed from this clone: name its commit or tag with --to.`,
  );
}

/** The commit that this clone deployed last, or began to. */
export function lastCommit(projectId: string, folder = local): string | undefined {
  return readReleases(projectId, folder).at(-1)?.commit;
}

/** @throws Problem if git does not know it */
export function commitOf(ref: string): string {
  try {
    return execFileSync("git", ["rev-parse", "--verify", `${ref}^{commit}`], {
      cwd: root,
      encoding: "utf8",
      env: process.env,
    }).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new Problem("git is not installed here: releases are commits.", { cause: error });
    }
    throw new Problem(`git knows no commit ${ref}. If it is another clone's: git fetch --all --tags.`);
  }
}
