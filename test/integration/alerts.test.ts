import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createAlerts } from "../../functions/src/alerts.ts";
import type { TestContext } from "../support/context.ts";
import { createTestContext } from "../support/context.ts";

describe("alerts", () => {
  let context: TestContext;
  beforeAll(async () => {
    context = await createTestContext();
  });
  afterAll(() => context.close());

  test("many instances with one trouble send one message, in the log as Error Reporting reads it and to the webhook", async () => {
    const sent: string[] = [];
    const send = async (_: URL, body: string) => void sent.push(body);
    const instances = Array.from({ length: 5 }, () => createAlerts(context, new URL("https://example.com"), send));
    for (const alerts of [...instances, ...instances]) alerts.raise("backlog", "", "behind", { videos: 3 });
    await Promise.all(instances.map((alerts) => alerts.settle()));
    expect(sent.map((body) => JSON.parse(body))).toEqual([{ alert: "backlog", message: "behind", videos: 3 }]);
    const logged = context.logged.filter((line) => line.includes('"alert":"backlog"'));
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0]!)).toMatchObject({
      severity: "ERROR",
      message: "behind",
      "@type": expect.stringContaining("ReportedErrorEvent"),
    });
  });

  test("a webhook that fails, fails nobody", async () => {
    const alerts = createAlerts(context, new URL("https://example.com"), () => Promise.reject(new Error("no")));
    alerts.raise("drift", "", "drift", {});
    await expect(alerts.settle()).resolves.toBeUndefined();
    expect(context.logged.join()).toContain("alert not delivered");
  });
});
