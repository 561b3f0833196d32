import { hostname } from "node:os";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { type MetricReader, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { type MonitoringTarget, CloudMonitoringExporter } from "./cloud-monitoring.ts";
import { type Metrics, createMetrics } from "./metrics.ts";
import { measureProcess } from "./process-metrics.ts";
import { sharePages } from "./shared-pages.ts";

export interface Telemetry {
  metrics: Metrics;
  /** The metrics as Prometheus reads them; undefined where they go to Cloud Monitoring. */
  page: (() => Promise<string>) | undefined;
  /** Sends what is measured and not yet sent. */
  close: () => Promise<void>;
}

/** Cloud Monitoring takes a point of a series every 5 s at most. */
const EXPORT_INTERVAL_MS = 60_000;

export interface TelemetryOptions {
  /** Given where deployed; without it the metrics are kept for the Prometheus page. */
  target?: MonitoringTarget | undefined;
  /** The function's name. */
  job?: string | undefined;
  /** A folder through which several processes show their metrics on one page. */
  folder?: string | undefined;
}

export function createTelemetry({ target, job = "tools", folder }: TelemetryOptions = {}): Telemetry {
  const instance = `${hostname()}-${process.pid}`;
  if (target) {
    const exporter = new CloudMonitoringExporter(target);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: EXPORT_INTERVAL_MS });
    return { ...readBy(reader, { job, instance }), page: undefined };
  }
  // The exporter's own server is not started: the page is a route of the API.
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer("live_comments", false, /^(job|instance)$/);
  const page = async () => serializer.serialize((await reader.collect()).resourceMetrics);
  const { metrics, close } = readBy(reader, { job, instance });
  if (folder === undefined) return { metrics, page, close };
  const shared = sharePages(folder, `${job}-${process.pid}`, page);
  return {
    metrics,
    page: () => shared.readAll(),
    async close() {
      await shared.close();
      await close();
    },
  };
}

function readBy(reader: MetricReader, labels: Record<string, string>): Omit<Telemetry, "page"> {
  const provider = new MeterProvider({ readers: [reader], resource: resourceFromAttributes(labels) });
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
