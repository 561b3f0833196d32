import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { root } from "../../../scripts/platform/paths.ts";
import { projectChecks } from "../../../scripts/doctor/project/checks.ts";
import { createGoogle } from "../../../scripts/doctor/project/google.ts";
import { type Finding, runChecks } from "../../../scripts/doctor/run.ts";
import { type FakeGoogle, PLACES, healthyAnswers, startFakeGoogle } from "../../support/deploy/fake-google.ts";
import { PROJECT_FAULTS } from "../../support/deploy/project-faults.ts";
import { ensureBuilt } from "../../support/ensure-built.ts";

let google: FakeGoogle;

// The checks compare the project with the functions of the build.
beforeAll(async () => {
  await ensureBuilt();
  google = await startFakeGoogle();
}, 60_000);
beforeEach(() => {
  google.answers = healthyAnswers();
});
afterAll(() => google.close());

async function examine(settings: Record<string, string> = {}): Promise<Finding[]> {
  const surroundings = {
    root,
    nodeVersion: process.version,
    env: {},
    settings,
    settingsProblem: undefined,
    project: { id: "my-comments", google: createGoogle({ base: google.url, token: async () => "test" }) },
  };
  return runChecks(await projectChecks(surroundings), surroundings);
}

const faultsIn = (findings: Finding[]) => findings.filter(({ status }) => status !== "ok");

test("a healthy project is all ok", async () => {
  const findings = await examine();
  expect(faultsIn(findings)).toEqual([]);
  expect(findings.length).toBeGreaterThan(30);
});

test("at least 40 faults of a project are planted", () => {
  expect(new Set(PROJECT_FAULTS.map(([name]) => name)).size).toBeGreaterThanOrEqual(40);
});

test.each(PROJECT_FAULTS)("%s is found, with a cure", async (_, place, change, check, status, message) => {
  if (change) google.answers[place] = change(google.answers[place] as never);
  else delete google.answers[place];
  const found = faultsIn(await examine());
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ check, status, message: expect.stringMatching(message), cure: expect.any(String) });
});

describe("an API that refuses", () => {
  test("is an error of the check that needs it, with Google's reason, and not a failure of the others", async () => {
    const refusal = Response.json({ error: { message: "Permission denied on it" } }, { status: 403 });
    google.answers[PLACES.alertPolicies] = refusal;
    const found = faultsIn(await examine());
    expect(found).toMatchObject([
      { check: "alerts", status: "error", message: expect.stringContaining("403: Permission denied on it") },
    ]);
  });

  test("with an answer of another shape is an error", async () => {
    google.answers[PLACES.billing] = { billingEnabled: "yes" };
    expect(faultsIn(await examine())).toMatchObject([{ check: "billing", status: "error" }]);
  });
});

test("all pages of a list are read", async () => {
  const { services } = google.answers[PLACES.apis] as { services: object[] };
  let asked = 0;
  Object.defineProperty(google.answers, PLACES.apis, {
    get: () => {
      asked += 1;
      return asked === 1 ? { services: services.slice(0, 3), nextPageToken: "2" } : { services: services.slice(3) };
    },
  });
  expect(faultsIn(await examine())).toEqual([]);
});

test("accounts and sites of the settings are used", async () => {
  const found = faultsIn(
    await examine({ HOSTING_SITE: "other-site", RELAY_SERVICE_ACCOUNT: "tasks@my-comments.iam.gserviceaccount.com" }),
  );
  expect(found.map(({ check }) => check)).toEqual([
    "hosting",
    "service-accounts",
    "role-act-as",
    "role-invoke",
    "role-invoke",
    "role-invoke",
  ]);
});

describe("where APP_CHECK is on", () => {
  const withAppCheck = async () => faultsIn(await examine({ APP_CHECK: "require" }));

  test("a registered web app is all ok, with either kind of reCAPTCHA", async () => {
    expect(await withAppCheck()).toEqual([]);
    delete google.answers[PLACES.siteKey];
    google.answers[PLACES.siteSecret] = { siteSecretSet: true };
    expect(await withAppCheck()).toEqual([]);
  });

  test.each<[string, () => unknown, "warning" | "error", RegExp]>([
    ["no web app", () => (google.answers[PLACES.webApps] = {}), "error", /no web app/],
    ["a web app that is not registered", () => delete google.answers[PLACES.siteKey], "error", /registered/],
    [
      "a database that refuses the client",
      () => (google.answers[PLACES.enforcement("firebasedatabase")] = { enforcementMode: "ENFORCED" }),
      "warning",
      /the Realtime Database/,
    ],
    [
      "an Authentication that refuses the client",
      () => (google.answers[PLACES.enforcement("identitytoolkit")] = { enforcementMode: "ENFORCED" }),
      "warning",
      /Authentication/,
    ],
  ])("%s is found, with a cure, and not where it is off", async (_, plant, status, message) => {
    plant();
    expect(await withAppCheck()).toMatchObject([
      { check: "app-check", status, message: expect.stringMatching(message), cure: expect.any(String) },
    ]);
    expect(faultsIn(await examine())).toEqual([]);
  });
});
