import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readDeployment } from "../../functions/src/deployment.ts";
import { connectionBudget, maxInstances, poolSizes } from "../../functions/src/pools.ts";
import { root } from "../../scripts/platform/paths.ts";
import { readPage } from "./docs/pages.ts";

const { validateKey } = createRequire(import.meta.url)("firebase-tools/lib/functions/env.js") as {
  validateKey: (name: string) => void;
};

/** `MYSQL_CONNECTIONS` by default. */
const CONNECTIONS = 5;

describe("the deployment's settings", () => {
  test("have defaults", () => {
    expect(readDeployment({})).toEqual({
      region: "europe-west1",
      api: { minInstances: 0, maxInstances: 8, memory: "512MiB", concurrency: 80 },
      relay: { maxInstances: 5, memory: "512MiB" },
      vpc: undefined,
      optionalSecrets: [],
      taskAccount: undefined,
      hostingSite: undefined,
      siteUrl: undefined,
      smokeVideo: undefined,
    });
  });

  test("are read from the environment, and an empty value counts as none", () => {
    const settings = readDeployment({
      FUNCTIONS_REGION: "us-east4",
      API_MIN_INSTANCES: "1",
      VPC_CONNECTOR: "",
      VPC_NETWORK: "default",
      VPC_SUBNET: "projects/p/regions/us-east4/subnetworks/s",
      HOSTING_SITE: "my-site",
      SITE_URL: "https://comments.example.com/",
    });
    expect(settings).toMatchObject({
      region: "us-east4",
      api: { minInstances: 1 },
      vpc: { network: "default", subnet: "projects/p/regions/us-east4/subnetworks/s" },
      hostingSite: "my-site",
      siteUrl: "https://comments.example.com",
    });
    expect(readDeployment({ VPC_CONNECTOR: "to-mysql" }).vpc).toEqual({ connector: "to-mysql" });
  });

  test.each([
    ["FUNCTIONS_REGION", "Europe"],
    ["API_MIN_INSTANCES", "-1"],
    ["API_MIN_INSTANCES", "9"],
    ["API_MAX_INSTANCES", "0"],
    ["API_MEMORY", "512"],
    ["API_CONCURRENCY", "1001"],
    ["RELAY_MAX_INSTANCES", "0"],
    ["RELAY_MEMORY", "1TiB"],
    ["VPC_CONNECTOR", "not a name"],
    ["VPC_NETWORK", "Ä"],
    ["VPC_SUBNET", "-"],
    ["OPTIONAL_SECRETS", "REDIS_URL,ACCESS_TOKEN_KEYS"],
    ["RELAY_SERVICE_ACCOUNT", "nobody"],
    ["HOSTING_SITE", "my_site"],
    ["SITE_URL", "http://x.example.com"],
    ["SMOKE_VIDEO", "not an id"],
  ])("refuse %s=%s, and name it", (name, value) => {
    expect(() => readDeployment({ [name]: value })).toThrow(name);
  });

  test("refuse two ways to the private address", () => {
    expect(() => readDeployment({ VPC_CONNECTOR: "a", VPC_NETWORK: "b" })).toThrow("either VPC_CONNECTOR");
  });

  test("have names that the Firebase CLI takes in .env", () => {
    const names: string[] = [];
    readDeployment(new Proxy({}, { get: (_, name) => void names.push(String(name)) }));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(() => validateKey(name)).not.toThrow();
  });

  test("have the region of the rewrite in firebase.json as the default", () => {
    expect(readFileSync(join(root, "firebase.json"), "utf8")).toContain(`"region": "${readDeployment({}).region}"`);
  });
});

describe("the connection budget", () => {
  test("counts every pool of every instance of every function, and twice that during a deployment", () => {
    const budget = connectionBudget(readDeployment({}), CONNECTIONS);
    const expected = Object.entries(maxInstances(readDeployment({}))).map(([name, instances]) => {
      const { main, batches, groups } = poolSizes(name, CONNECTIONS);
      return instances * (main + batches + groups);
    });
    expect(budget.functions.map(({ connections }) => connections)).toEqual(expected);
    expect(budget.total).toBe(expected.reduce((sum, connections) => sum + connections, 0));
    expect(budget.duringDeployment).toBe(2 * budget.total);
  });

  test("fits into Cloud SQL's smallest instances by default, and grows with each setting", () => {
    const total = (env: Record<string, string>, connections = CONNECTIONS) =>
      connectionBudget(readDeployment(env), connections).total;
    expect(total({})).toBeLessThan(250);
    expect(total({ API_MAX_INSTANCES: "20" })).toBeGreaterThan(total({}));
    expect(total({ RELAY_MAX_INSTANCES: "20" })).toBeGreaterThan(total({}));
    expect(total({}, 10)).toBeGreaterThan(total({}));
  });

  test("is the one in docs/deploy.md", () => {
    const { total, duringDeployment } = connectionBudget(readDeployment({}), CONNECTIONS);
    expect(readPage("docs/deploy.md")).toContain(`${total} connections, and ${duringDeployment} during a deployment`);
  });

  test("gives a function that serves no users small pools", () => {
    expect(poolSizes("sweep", 50)).toEqual({ main: 3, batches: 2, groups: 1 });
    expect(poolSizes("api", 50).main).toBe(50);
    expect(poolSizes(undefined, 50)).toEqual(poolSizes("api", 50));
  });
});
