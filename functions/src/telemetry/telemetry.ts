import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import type { MetricReader } from "@opentelemetry/sdk-metrics";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import type { Metrics } from "./metrics.ts";
import { createMetrics } from "./metrics.ts";
import type { MonitoringTarget } from "./cloud-monitoring.ts";
import { CloudMonitoringExporter } from "./cloud-monitoring.ts";

export interface Telemetry {
  metrics: Metrics;
  /** The metrics as Prometheus reads them; undefined where they go to Cloud Monitoring. */
  page: (() => Promise<string>) | undefined;
  /** Sends what was measured and not yet sent. */
  close: () => Promise<void>;
}

/** Milliseconds between two exports; Cloud Monitoring takes a point of a series each 5 s at most. */
const INTERVAL = 60_000;

/** @param target where deployed; without one they are kept for the Prometheus page */
export function createTelemetry(target?: MonitoringTarget): Telemetry {
  if (target) {
    const exporter = new CloudMonitoringExporter(target);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: INTERVAL });
    return { ...withReader(reader), page: undefined };
  }
  // Its server is not started: the page is a route of the API.
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer("live_comments");
  return {
    ...withReader(reader),
    page: async () => serializer.serialize((await reader.collect()).resourceMetrics),
  };
}

function withReader(reader: MetricReader): Omit<Telemetry, "page"> {
  const provider = new MeterProvider({ readers: [reader] });
  return {
    metrics: createMetrics(provider.getMeter("live-comments")),
    close: () => provider.shutdown().catch(() => {}),
  };
}
