import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parseDeployArguments } from "../../../scripts/deploy/arguments.ts";
import { CONFIG_FILE, writeDeployConfig } from "../../../scripts/deploy/firebase-config.ts";
import { deploymentSteps, rollbackSteps, wayBackOf } from "../../../scripts/deploy/plan.ts";
import { recordRelease } from "../../../scripts/deploy/releases.ts";
import { refuseChanges, requireCommit } from "../../../scripts/deploy/work-tree.ts";
import { local, root } from "../../../scripts/platform/paths.ts";
import { runScript } from "../../support/app/processes/script.ts";
import { type FakeGoogle, startFakeGoogle } from "../../support/deploy/fake-google.ts";
import { hasGit, isClone } from "../../support/git.ts";
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

(hasGit() ? describe : describe.skip)("a clone", () => {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder.path });
  const write = (file: string, text: string) => writeFileSync(join(folder.path, file), text);

  test("with changes that are not committed is not deployed; files that git does not know do not count", () => {
    git("init", "--quiet");
    write("known.ts", "one");
    git("add", "known.ts");
    git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--message=one");
    write("unknown.ts", "one");
    refuseChanges(folder.path);
    write("known.ts", "two");
    expect(() => refuseChanges(folder.path)).toThrow(/not committed[^]* M known\.ts/);
    git("add", "known.ts");
    expect(() => refuseChanges(folder.path)).toThrow(/not committed[^]*M {2}known\.ts/);
  });

  test("in which another commit is checked out, or a file changed since, is not the commit that is deployed", () => {
    const commitAs = (text: string) => {
      write("known.ts", text);
      git("add", "known.ts");
      git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", `--message=${text}`);
      return git("rev-parse", "HEAD").toString().trim();
    };
    git("init", "--quiet");
    const [one, two] = [commitAs("one"), commitAs("two")];
    requireCommit(folder.path, two);
    expect(() => requireCommit(folder.path, one)).toThrow(`${two.slice(0, 12)} is checked out now`);
    write("known.ts", "three");
    expect(() => requireCommit(folder.path, two)).toThrow("not committed");
  });
});

(isClone() ? describe : describe.skip)("npm run deploy", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "scripts/deploy.ts"), ...args], { encoding: "utf8" });
  const head = () => execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();

  test("prints the command of every step in a dry run, and runs none", () => {
    const { status, stdout } = run("--project", "my-comments", "--dry-run");
    expect(status).toBe(0);
    const commands = stdout.trim().split("\n");
    expect(commands.map((line) => line.replace(/^\d+\/11 ([^:]+):.*/, "$1"))).toEqual([
      "work tree",
      "build",
      "doctor",
      "previous release",
      "migrate",
      "attempt",
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

  describe("with a project that answers", () => {
    const id = `test-${process.pid}-way-back`;
    let google: FakeGoogle;
    beforeAll(async () => {
      google = await startFakeGoogle();
      for (const digit of ["b", "c"]) recordRelease(id, digit.repeat(40));
    });
    afterAll(async () => {
      await google.close();
      rmSync(join(local, `releases/${id}.json`));
    });

    test("goes back from the commit that runs there, not from the one that is checked out", async () => {
      const place = `cloudfunctions/v2/projects/${id}/locations/europe-west1/functions/api`;
      google.answers[place] = { labels: { release: "c".repeat(40) } };
      const args = ["--project", id, "--rollback", "--dry-run"];
      const { code, out } = await runScript("deploy", args, { GOOGLE_APIS_URL: google.url });
      expect([code, out]).toEqual([0, expect.stringContaining(`Back from ${"c".repeat(40)} to ${"b".repeat(40)}\n`)]);
      expect(out).toContain(`git archive ${"b".repeat(40)}`);
    });

    test("asks for a commit where the project does not answer", async () => {
      const args = ["--project", id, "--rollback", "--dry-run"];
      const { code, error } = await runScript("deploy", args, { GOOGLE_APIS_URL: "http://127.0.0.1:9" });
      expect([code, error]).toEqual([1, expect.stringMatching(/What runs in .* is not known: .*--to/)]);
    });
  });

  test("looks at the clone again before each part that it deploys from there", async () => {
    const base = { projectId: "my-comments", acceptsContraction: false, isForced: false, env: {}, print: () => {} };
    const steps = deploymentSteps({ ...base, commit: "0".repeat(40) });
    const parts = steps.filter(({ command }) => command.includes("firebase deploy"));
    expect(parts).toHaveLength(3);
    for (const { run: deploy } of parts) await expect(deploy()).rejects.toThrow("is checked out now");
  });

  test.each([
    ["APP_CHECK=require\n", "APP_CHECK_TOKEN"],
    ["VIDEO_IDS=registered\n", "SMOKE_VIDEO"],
  ])("asks for what the smoke test needs with %j before a rollback begins", async (settings, needed) => {
    const projectId = `test-${process.pid}-smoke`;
    const file = join(root, `.env.${projectId}`);
    writeFileSync(file, settings);
    const options = { projectId, commit: head(), acceptsContraction: false, isForced: false, env: {}, print: () => {} };
    const [first] = rollbackSteps(options);
    try {
      await expect(first?.run()).rejects.toThrow(needed);
      writeFileSync(file, "VIDEO_IDS=registered\nSMOKE_VIDEO=a-video\n");
      expect(
        rollbackSteps(options)
          .map(({ command }) => command)
          .join(),
      ).toContain("web.app --video a-video");
    } finally {
      rmSync(file);
    }
  });

  test("judges a rollback by the smoke test of the release that it deployed", async () => {
    const base = { projectId: "my-comments", acceptsContraction: false, isForced: false, print: () => {} };
    const commit = "a".repeat(40);
    const smoke = rollbackSteps({ ...base, commit, env: { PATH: process.env["PATH"] }, home: folder.path }).find(
      ({ name }) => name === "smoke test",
    );
    const scripts = join(folder.path, "rollback", commit.slice(0, 12), "scripts");
    mkdirSync(scripts, { recursive: true });
    writeFileSync(
      join(scripts, "smoke.ts"),
      'process.exitCode = process.argv[3] === "https://my-comments.web.app" ? 7 : 8;',
    );
    await expect(smoke?.run()).rejects.toThrow("ended with 7");
    expect(smoke?.command).toBe(`node ${join(scripts, "smoke.ts")} --site https://my-comments.web.app`);
  });

  test("names another way back than a rollback, where migrations were accepted on which the release before may fail", () => {
    const wayBack = (acceptsContraction: boolean) => wayBackOf({ projectId: "my-comments", acceptsContraction });
    expect(wayBack(false)).toBe("npm run deploy -- --project my-comments --rollback");
    expect(wayBack(true)).toMatch(/^correct the code.*npm run previous.*--rollback --accept-migrations$/);
  });

  test.each([
    [[], "Name the project"],
    [["--project", "../x"], "Name the project"],
    [["--project", "my-comments", "--to", "HEAD"], "--to goes with --rollback"],
  ])("with %j says what is wrong", (args, message) => {
    expect(() => parseDeployArguments(args)).toThrow(message);
  });

  test("with a commit that git does not know says so, and ends with 1", () => {
    const { status, stderr } = run("--project", "my-comments", "--rollback", "--to", "no-such-ref", "--dry-run");
    expect([status, stderr]).toEqual([1, expect.stringContaining("git knows no commit")]);
  });
});
