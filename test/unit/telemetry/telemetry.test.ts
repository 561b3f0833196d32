import { describe, expect, test } from "@jest/globals";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createTelemetry } from "../../../functions/src/telemetry/telemetry.ts";

describe("metrics", () => {
  test("are read by Prometheus on a developer's machine, with the buckets that p50, p95 and p99 are made of", async () => {
    const { metrics, page, close } = createTelemetry();
    for (const latency of [8, 30, 900]) metrics.syncLatency.record(latency);
    metrics.failures.add(1, { operation: "task", kind: "away", subject: "users" });
    const text = await page!();
    expect(text).toMatch(/live_comments_sync_latency_bucket\{.*le="50"\} 2/);
    expect(text).toMatch(/live_comments_failed_operations_total\{.*operation="task",kind="away",subject="users".*\} 1/);
    await close();
  });

  test("are sent to Cloud Monitoring where deployed, as series of this instance, with a token", async () => {
    const bodies: { path: string; authorization: string; body: string }[] = [];
    const server = createServer((request, response) => {
      void request.toArray().then((pieces) => {
        const { authorization = "" } = request.headers;
        bodies.push({ path: request.url ?? "", authorization, body: pieces.join("") });
        response.end("{}");
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo;
    const { metrics, page, close } = createTelemetry({
      target: {
        projectId: "demo",
        region: "europe-west1",
        job: "relayVideos",
        instance: "i-1",
        token: async () => "a token",
        url: `http://127.0.0.1:${port}`,
      },
    });
    for (const latency of [8, 30]) metrics.syncLatency.record(latency, { subject: "videos" });
    metrics.realtimeConnected.record(1);
    metrics.openConnections.add(2, { "db.client.connection.pool.name": "main" });
    expect(page).toBeUndefined();
    await close();
    server.close();

    expect(bodies).toMatchObject([{ path: "/v3/projects/demo/timeSeries", authorization: "Bearer a token" }]);
    const { timeSeries } = JSON.parse(bodies[0]!.body);
    const labels = {
      project_id: "demo",
      location: "europe-west1",
      namespace: "live-comments",
      job: "relayVideos",
      task_id: "i-1",
    };
    const names = ["sync_latency", "rtdb_connected", "retry_attempts", "db.client.connection.count"];
    const series = (name: string) =>
      timeSeries.find(({ metric }: { metric: { type: string } }) => metric.type.endsWith(`/${name}`));
    expect(names.map(series)).toMatchObject([
      {
        metric: { type: "custom.googleapis.com/live_comments/sync_latency", labels: { subject: "videos" } },
        resource: { type: "generic_task", labels },
        metricKind: "CUMULATIVE",
        valueType: "DISTRIBUTION",
        points: [{ value: { distributionValue: { count: "2", mean: 19 } } }],
      },
      {
        metric: { type: "custom.googleapis.com/live_comments/rtdb_connected" },
        metricKind: "GAUGE",
        points: [{ value: { doubleValue: 1 } }],
      },
      // A counter is there from the start.
      { metricKind: "CUMULATIVE", points: [{ value: { doubleValue: 0 } }] },
      // A sum that goes down too. A label's name has no dots there.
      {
        metric: { labels: { db_client_connection_pool_name: "main" } },
        metricKind: "GAUGE",
        points: [{ value: { doubleValue: 2 } }],
      },
    ]);
    expect(series("rtdb_connected").points[0].interval).not.toHaveProperty("startTime");
  });
});
