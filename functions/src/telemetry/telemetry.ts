import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { type MetricReader, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { type MonitoringTarget, CloudMonitoringExporter } from "./cloud-monitoring.ts";
import { type Metrics, createMetrics } from "./metrics.ts";
import { measureProcess } from "./process-metrics.ts";

export interface Telemetry {
  metrics: Metrics;
  /** The metrics as Prometheus reads them; undefined where they go to Cloud Monitoring. */
  page: (() => Promise<string>) | undefined;
  /** Sends what is measured and not yet sent. */
  close: () => Promise<void>;
}

/** Cloud Monitoring takes a point of a series every 5 s at most. */
const EXPORT_INTERVAL_MS = 60_000;

/** @param target given where deployed; without it the metrics are kept for the Prometheus page */
export function createTelemetry(target?: MonitoringTarget): Telemetry {
  if (target) {
    const exporter = new CloudMonitoringExporter(target);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: EXPORT_INTERVAL_MS });
    return { ...readBy(reader), page: undefined };
  }
  // The exporter's own server is not started: the page is a route of the API.
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer("live_comments");
  return {
    ...readBy(reader),
    page: async () => serializer.serialize((await reader.collect()).resourceMetrics),
  };
}

function readBy(reader: MetricReader): Omit<Telemetry, "page"> {
  const provider = new MeterProvider({ readers: [reader] });
  const meter = provider.getMeter("live-comments");
  const endMeasuring = measureProcess(meter);
  return {
    metrics: createMetrics(meter),
    async close() {
      await provider.shutdown().catch(() => {});
      endMeasuring();
    },
  };
}
