import { linkSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  commitOf,
  deployedCommit,
  readReleases,
  recordAttempt,
  recordRelease,
  recordWayBack,
  wayBackFrom,
} from "../../../scripts/deploy/releases.ts";
import { createGoogle } from "../../../scripts/doctor/project/google.ts";
import { type FakeGoogle, startFakeGoogle } from "../../support/deploy/fake-google.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();

describe("the way back", () => {
  const ID = "my-comments";
  const commit = (digit: string) => digit.repeat(40);
  const deploy = (digit: string) => {
    recordAttempt(ID, commit(digit), folder.path);
    recordRelease(ID, commit(digit), folder.path);
  };
  /** Where the way back leads, while a commit runs. */
  const backFrom = (digit: string) => wayBackFrom(ID, commit(digit), folder.path);
  const way = (from: string, to: string) => ({ from: commit(from), to: commit(to) });
  const rollBack = (from: string) => {
    const found = backFrom(from);
    recordWayBack(ID, found, folder.path);
    recordRelease(ID, found.to, folder.path);
  };

  test("leads to the last release before the one that runs", () => {
    deploy("a");
    deploy("b");
    deploy("c");
    expect(backFrom("c")).toEqual(way("c", "b"));
    expect(backFrom("b")).toEqual(way("b", "a"));
    // Another clone deployed it.
    expect(backFrom("d")).toEqual(way("d", "c"));
  });

  test("leads to the last release that passed, from a deployment that did not", () => {
    deploy("a");
    deploy("b");
    recordAttempt(ID, commit("c"), folder.path);
    // It failed after the security rules, and after the functions.
    expect(backFrom("b")).toEqual(way("c", "b"));
    expect(backFrom("c")).toEqual(way("c", "b"));
    // A commit that was deployed before, too.
    recordAttempt(ID, commit("a"), folder.path);
    expect(backFrom("a")).toEqual(way("a", "b"));
  });

  test("never leads to a release that was rolled back", () => {
    deploy("a");
    deploy("b");
    rollBack("b");
    expect(() => backFrom("a")).toThrow("name its commit or tag with --to");
    deploy("c");
    expect(backFrom("c")).toEqual(way("c", "a"));
  });

  test("leads to the same release again, after a rollback that failed half-way", () => {
    deploy("a");
    deploy("b");
    deploy("c");
    recordWayBack(ID, backFrom("c"), folder.path);
    for (const running of ["b", "c"]) expect(backFrom(running)).toEqual(way("c", "b"));
  });

  test("leads to none but earlier ones, after a rollback to a commit that a person named", () => {
    deploy("a");
    deploy("b");
    recordWayBack(ID, way("b", "d"), folder.path);
    recordRelease(ID, commit("d"), folder.path);
    expect(backFrom("d")).toEqual(way("d", "a"));
  });

  test("is asked for, where releases are noted but none is found running: the last one may run", () => {
    deploy("a");
    deploy("b");
    expect(() => wayBackFrom(ID, undefined, folder.path)).toThrow(/no function api is found.*with --to/);
    // A deployment that failed is left, whatever runs.
    recordAttempt(ID, commit("c"), folder.path);
    expect(wayBackFrom(ID, undefined, folder.path)).toEqual(way("c", "b"));
  });

  test("needs a release: otherwise it asks for one", () => {
    expect(() => backFrom("a")).toThrow("name its commit or tag with --to");
  });

  test("is noted in a new file, so that a full disk or a kill leaves the former one", () => {
    deploy("a");
    const file = join(folder.path, `releases/${ID}.json`);
    linkSync(file, join(folder.path, "former.json"));
    deploy("b");
    expect(JSON.parse(readFileSync(join(folder.path, "former.json"), "utf8"))).toHaveLength(1);
    expect(readReleases(ID, folder.path)).toHaveLength(2);
  });

  test("remembers the last 20, and reads a record of the form without attempts", () => {
    for (let n = 0; n < 25; n += 1) deploy(String(n % 10));
    const file = join(folder.path, `releases/${ID}.json`);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(/,\s+"hasPassed": true/g, ""));
    expect(readReleases(ID, folder.path)).toHaveLength(20);
    expect(backFrom("4")).toEqual(way("4", "3"));
  });
});

test("a machine without git is told so, and not that the commit is unknown", () => {
  const { PATH } = process.env;
  process.env["PATH"] = folder.path;
  try {
    expect(() => commitOf("HEAD")).toThrow("git is not installed");
  } finally {
    process.env["PATH"] = PATH;
  }
});

describe("the release that runs", () => {
  const PLACE = "cloudfunctions/v2/projects/my-comments/locations/europe-west1/functions/api";
  let google: FakeGoogle;
  beforeAll(async () => {
    google = await startFakeGoogle();
  });
  afterAll(() => google.close());

  const find = () =>
    deployedCommit(
      { id: "my-comments", google: createGoogle({ base: google.url, token: async () => "test" }) },
      {},
      folder.path,
    );

  test("is the one that its label names, whichever clone deployed it", async () => {
    recordRelease("my-comments", "a".repeat(40), folder.path);
    google.answers[PLACE] = { labels: { release: "b".repeat(40) } };
    expect(await find()).toBe("b".repeat(40));
  });

  test("is the last that this clone deployed, where there is no label", async () => {
    recordRelease("my-comments", "a".repeat(40), folder.path);
    google.answers[PLACE] = {};
    expect(await find()).toBe("a".repeat(40));
  });

  test("is none, where nothing is deployed", async () => {
    recordRelease("my-comments", "a".repeat(40), folder.path);
    delete google.answers[PLACE];
    expect(await find()).toBeUndefined();
  });
});
