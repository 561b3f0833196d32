import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { rollbackSteps } from "../../scripts/deploy/plan.ts";
import { root } from "../../scripts/platform/paths.ts";
import { type CliGoogle, startCliGoogle } from "../support/deploy/cli-google.ts";
import { isClone } from "../support/git.ts";
import { PROJECT } from "../support/deploy/cli-google-routes.ts";

const SETTINGS = `FUNCTIONS_REGION=us-east4
RTDB_URL=https://second.europe-west1.firebasedatabase.app
VPC_NETWORK=default
API_MIN_INSTANCES=1
`;

let google: CliGoogle;
let commit = "";
let folder = "";
/** Of the CLI's own settings, and of the release: .local/rollback belongs to real rollbacks. */
let home = "";

/** One step of the way back to the last commit: it is the same code as a deployment's, on a folder that a test may write to. */
async function run(name: string, { isForced = true } = {}): Promise<void> {
  const steps = rollbackSteps({
    projectId: PROJECT,
    commit,
    acceptsContraction: false,
    isForced,
    home,
    env: {
      PATH: process.env["PATH"],
      HOME: home,
      ...google.env,
      // Nobody asks Google whether it is one: plain http carries no token.
      FIREBASE_TOKEN: "test",
      NO_UPDATE_NOTIFIER: "1",
    },
    print: () => {},
  });
  await steps.find((step) => step.name === name)?.run();
}

// It needs git to take a release from.
(isClone() ? describe : describe.skip)("the Firebase CLI itself, against a server that answers as Google does", () => {
  beforeAll(async () => {
    google = await startCliGoogle();
    home = await mkdtemp(join(tmpdir(), "home-"));
    commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
    folder = join(home, "rollback", commit.slice(0, 12));
    await run("check out");
    writeFileSync(join(folder, ".env"), SETTINGS);
  }, 600_000);
  afterAll(async () => {
    await run("tidy");
    await google.close();
    await rm(home, { recursive: true });
  });

  test("puts the rules into the database of the settings, and into no other", async () => {
    await run("security rules");
    expect(google.deployed.rules).toEqual({ second: readFileSync(join(folder, "database.rules.json"), "utf8") });
  });

  test("fails without a terminal where it would ask, and changes nothing", async () => {
    await expect(run("functions", { isForced: false })).rejects.toThrow("ended with 1");
    expect(google.deployed.functions).toEqual({});
  });

  test("makes each function from the uploaded bundle, with its settings, secrets and the commit", async () => {
    await run("functions");
    const { functions, archives } = google.deployed;
    expect(Object.keys(functions).toSorted()).toEqual(
      ["api", "relayVideos", "relayUsers", "countAudiences", "sweep", "reconcile", "maintain", "purge"].toSorted(),
    );
    for (const { name, labels, serviceConfig } of Object.values(functions)) {
      expect(name).toMatch(/^projects\/my-comments\/locations\/us-east4\/functions\//);
      expect(labels).toMatchObject({ release: commit });
      expect(serviceConfig).toMatchObject({
        availableMemory: "512Mi",
        directVpcEgress: "VPC_EGRESS_PRIVATE_RANGES_ONLY",
        environmentVariables: { RTDB_URL: "https://second.europe-west1.firebasedatabase.app" },
      });
    }
    const secretsOf = (name: string) =>
      (functions[name]!.serviceConfig["secretEnvironmentVariables"] as { key: string }[]).map(({ key }) => key);
    expect(secretsOf("api").toSorted()).toEqual(["ACCESS_TOKEN_KEYS", "MYSQL_URL", "REFRESH_TOKEN_KEYS"]);
    expect(secretsOf("sweep")).toEqual(["MYSQL_URL"]);
    expect(functions["api"]?.serviceConfig).toMatchObject({ minInstanceCount: 1, maxInstanceCount: 8 });
    expect(archives).toHaveLength(1);
    expect(namesIn(archives[0]!)).toEqual([".npmrc", "functions/lib/index.js", "package-lock.json", "package.json"]);
  });

  test("makes the queues and the schedules", () => {
    const { queues, jobs } = google.deployed;
    expect(Object.keys(queues).toSorted()).toEqual(["countAudiences", "relayUsers", "relayVideos"]);
    expect(queues["relayVideos"]).toMatchObject({
      rateLimits: { maxConcurrentDispatches: 100, maxDispatchesPerSecond: 500 },
      retryConfig: { maxAttempts: -1, maxRetryDuration: "14400s" },
    });
    expect(Object.keys(jobs)).toHaveLength(4);
    expect(jobs["firebase-schedule-sweep-us-east4"]).toMatchObject({ schedule: "every 1 minutes" });
  });

  test("lets everybody call the API, and nobody but the project's own accounts the others", () => {
    const invokers = Object.entries(google.deployed.policies).filter(([, policy]) =>
      JSON.stringify(policy).includes("allUsers"),
    );
    expect(invokers.map(([name]) => name.split("/").at(-1))).toEqual(["api"]);
  });

  test("releases the pages, with the API's region, and no source map", async () => {
    await run("page");
    const { files, config, isReleased } = google.deployed.hosting;
    expect(isReleased).toBe(true);
    expect(files).toEqual(expect.arrayContaining(["/index.html", "/console.html", "/element.js"]));
    expect(files.filter((name) => name.endsWith(".map"))).toEqual([]);
    expect(JSON.stringify(config)).toContain('"run":{"serviceId":"api","region":"us-east4"}');
  });

  test("asks for nothing that the server does not know", () => {
    expect(google.unknown).toEqual([]);
  });

  test("control: a function that cannot be made fails the step", async () => {
    google.deployed.functions = {};
    google.breakBuilds();
    await expect(run("functions")).rejects.toThrow(/ended with [12]/);
  });
});

/** The names in a zip file's central directory. */
function namesIn(zip: Buffer): string[] {
  const names: string[] = [];
  for (let at = zip.indexOf("PK\x01\x02"); at >= 0; at = zip.indexOf("PK\x01\x02", at + 46)) {
    names.push(zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString());
  }
  return names.toSorted();
}
