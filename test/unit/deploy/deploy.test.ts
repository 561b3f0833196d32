import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CONFIG_FILE, writeDeployConfig } from "../../../scripts/deploy/firebase-config.ts";
import { deployedCommit, previousRelease, readReleases, recordRelease } from "../../../scripts/deploy/releases.ts";
import { createGoogle } from "../../../scripts/doctor/project/google.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { type FakeGoogle, startFakeGoogle } from "../../support/deploy/fake-google.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();

/** The Firebase CLI's own reader of a configuration. */
const { Config } = createRequire(import.meta.url)("firebase-tools/lib/config.js") as {
  Config: { load: (options: { cwd: string; configPath: string }) => { data: Record<string, unknown> } };
};

describe("the configuration for the Firebase CLI", () => {
  function configFor(settings: Record<string, string>): Record<string, unknown> {
    cpSync(join(root, "firebase.json"), join(folder.path, "firebase.json"));
    writeDeployConfig(folder.path, settings);
    return Config.load({ cwd: folder.path, configPath: join(folder.path, CONFIG_FILE) }).data;
  }

  test("is firebase.json without settings", () => {
    const plain = JSON.parse(readFileSync(join(root, "firebase.json"), "utf8")) as object;
    expect(configFor({})).toMatchObject(plain);
  });

  test("has the region, the site and the database of the settings", () => {
    const config = configFor({
      FUNCTIONS_REGION: "us-east4",
      HOSTING_SITE: "other-site",
      RTDB_URL: "https://second.europe-west1.firebasedatabase.app",
    });
    expect(config).toMatchObject({
      hosting: {
        site: "other-site",
        rewrites: expect.arrayContaining([{ source: "/v1/**", function: { functionId: "api", region: "us-east4" } }]),
      },
      database: [{ instance: "second", rules: "database.rules.json" }],
    });
  });
});

describe("the way back", () => {
  const commit = (digit: string) => digit.repeat(40);

  test("leads to the last release that is not the current one", () => {
    recordRelease("my-comments", commit("a"), folder.path);
    recordRelease("my-comments", commit("b"), folder.path);
    expect(previousRelease("my-comments", commit("b"), folder.path)).toBe(commit("a"));
    // The deployment of c failed, and was not recorded.
    expect(previousRelease("my-comments", commit("c"), folder.path)).toBe(commit("b"));
  });

  test("needs a release: otherwise it asks for one", () => {
    expect(() => previousRelease("my-comments", commit("a"), folder.path)).toThrow("name its commit or tag with --to");
  });

  test("remembers the last 20", () => {
    for (let n = 0; n < 25; n += 1) recordRelease("my-comments", commit(String(n % 10)), folder.path);
    expect(readReleases("my-comments", folder.path)).toHaveLength(20);
  });
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

describe("npm run deploy", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "scripts/deploy.ts"), ...args], { encoding: "utf8" });
  const head = () => execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();

  test("prints the command of every step in a dry run, and runs none", () => {
    const { status, stdout } = run("--project", "my-comments", "--dry-run");
    expect(status).toBe(0);
    const commands = stdout.trim().split("\n");
    expect(commands.map((line) => line.replace(/^\d\/9 ([^:]+):.*/, "$1"))).toEqual([
      "doctor",
      "build",
      "previous release",
      "migrate",
      "security rules",
      "functions",
      "page",
      "smoke test",
      "record",
    ]);
    expect(stdout).toContain("npx firebase deploy --only functions --project my-comments");
    expect(stdout).toContain(`note ${head().slice(0, 12)}`);
  });

  test("prints the way back in a dry run", () => {
    const { status, stdout } = run("--project", "my-comments", "--rollback", "--to", head(), "--dry-run");
    expect(status).toBe(0);
    expect(stdout).toContain(`git archive ${head()}`);
    expect(stdout.match(/firebase deploy --only \w+/g)).toHaveLength(3);
  });

  test.each([
    [[], "Name the project"],
    [["--project", "../x"], "Name the project"],
    [["--project", "my-comments", "--to", "HEAD"], "--to goes with --rollback"],
    [["--project", "my-comments", "--rollback", "--to", "no-such-ref"], "git knows no commit"],
  ])("with %j says what is wrong", (args, message) => {
    const { status, stderr } = run(...args, "--dry-run");
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});
