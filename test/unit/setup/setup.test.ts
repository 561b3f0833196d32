import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { setupScript } from "../../../scripts/setup/commands.ts";
import { alertPolicy, dashboard } from "../../../scripts/setup/monitoring.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { readGcloudCommands, unknownParts } from "../../support/deploy/gcloud.ts";
import { namesIn, readPage, rowsBelow } from "../docs/pages.ts";

const OPTIONS = {
  projectId: "my-comments",
  region: "europe-west1",
  host: "my-comments.web.app",
  budget: 100,
  maxConnections: 478,
  hasReplica: true,
};

const script = setupScript(OPTIONS);

/** The gcloud commands of a text, with what is between `$(` and `)`. */
function gcloudCommands(text: string): string[] {
  const lines = text.replaceAll(/\\\n\s*/g, " ").split("\n");
  return lines.flatMap((line) => {
    const [, inner] = /\$\((gcloud [^|]+?)(?: \| .*)?\)"?(?:-|$)/.exec(line) ?? [];
    if (inner !== undefined) return [inner];
    return /^gcloud (?!auth)/.test(line.trim()) ? [line.trim()] : [];
  });
}

describe("the script that prepares a project", () => {
  test("is a shell script that the shell can read", () => {
    expect(() => execFileSync("sh", ["-n"], { input: script })).not.toThrow();
  });

  test("has the settings of the deployment", () => {
    expect(script).toContain("max_connections=478");
    expect(script).toContain("host=my-comments.web.app");
    expect(script).toContain("comments-replica");
    expect(setupScript({ ...OPTIONS, hasReplica: false })).not.toContain("comments-replica");
    expect(setupScript({ ...OPTIONS, region: "us-east4" })).toContain("--location us-central1");
  });

  test("gives the database's password to gcloud, and not as an argument", () => {
    const [command = ""] = /^PASSWORD=[^]*?^EOF$/m.exec(script) ?? [];
    // A gcloud that shows what it is given, in place of one that needs an account.
    const gcloud = 'gcloud() { printf "%s\\n" "$*"; cat; }\n';
    const { stdout, stderr } = spawnSync("sh", ["-eu"], { input: gcloud + command, encoding: "utf8" });
    const given = /^sql users create \S+ \S+ --flags-file=\/dev\/stdin\n--password: "([0-9a-f]{48})"\n$/.exec(stdout);
    // The person sees it, whatever the output is sent to.
    expect(stderr).toContain(given?.[1]);
    for (const openssl of ["openssl() { return 1; }", "openssl() { :; }"]) {
      const failed = spawnSync("sh", ["-eu"], { input: `${gcloud}${openssl}\n${command}`, encoding: "utf8" });
      expect([failed.status === 0, failed.stdout]).toEqual([false, ""]);
    }
  });

  test("watches for what the doctor looks for", () => {
    const [{ conditionMatchedLog: log }] = alertPolicy.conditions as [(typeof alertPolicy.conditions)[0]];
    expect(log.filter).toContain("jsonPayload.alert");
    expect(script).toContain("--path=/v1/ready");
  });

  test("shows only metrics that exist", () => {
    const shown = Array.from(JSON.stringify(dashboard).matchAll(/live_comments\/([\w.]+)/g), ([, name = ""]) => name);
    const metrics = rowsBelow(readPage("docs/operate.md"), "Metrics").flatMap(([cell]) => namesIn(cell));
    expect(shown.length).toBeGreaterThan(3);
    expect(metrics).toEqual(expect.arrayContaining(shown));
  });
});

// Where gcloud is installed. It needs no network for this.
const gcloud = readGcloudCommands();
(gcloud ? describe : describe.skip)("gcloud knows every command and flag", () => {
  test.each(gcloudCommands(script))("of the script: %s", (command) => {
    expect(unknownParts(gcloud!, command)).toEqual([]);
  });

  test.each(gcloudCommands(readPage("docs/deploy.md")))("of docs/deploy.md: %s", (command) => {
    expect(unknownParts(gcloud!, command)).toEqual([]);
  });

  test("control: and not what does not exist", () => {
    expect(unknownParts(gcloud!, "gcloud sql instances create x --tire=y")).toEqual([
      "gcloud sql instances create has no --tire",
    ]);
    expect(unknownParts(gcloud!, "gcloud sql instance create x")).toEqual(["no command gcloud sql instance"]);
  });
});

describe("npm run setup", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "scripts/setup.ts"), ...args], { encoding: "utf8" });

  test("prints the script, and runs nothing", () => {
    const { status, stdout } = run("--project", "my-comments");
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^#!\/bin\/sh\n/)]);
  });

  test.each([
    [["--project", "x;y"], "Name the project"],
    [["--project", "my-comments", "--budget", "much"], "--budget needs"],
  ])("with %j says what is wrong", (args, message) => {
    const { status, stderr } = run(...args);
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});
