import type { Attributes, HrTime } from "@opentelemetry/api";
import type { ExportResult } from "@opentelemetry/core";
import { ExportResultCode } from "@opentelemetry/core";
import type { Histogram, PushMetricExporter, ResourceMetrics } from "@opentelemetry/sdk-metrics";
import { AggregationTemporality, DataPointType } from "@opentelemetry/sdk-metrics";

export interface MonitoringTarget {
  projectId: string;
  region: string;
  /** The function, and one of its instances. */
  job: string;
  instance: string;
  token: () => Promise<string>;
  /** Instead of Google's, for a test. */
  url?: string;
}

/** Cloud Monitoring takes so many in one call. */
const SERIES_MAX = 200;

/**
 * Writes metrics to Cloud Monitoring as `custom.googleapis.com/live_comments/…`. Ours, for Google's own exporter brings along all of
 * `googleapis`.
 * @see https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/create
 */
export class CloudMonitoringExporter implements PushMetricExporter {
  readonly #target: MonitoringTarget;

  constructor(target: MonitoringTarget) {
    this.#target = target;
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const finish = async () => done(await this.#result(metrics));
    void finish();
  }

  async #result(metrics: ResourceMetrics): Promise<ExportResult> {
    try {
      await this.#send(timeSeries(metrics, this.#target));
      return { code: ExportResultCode.SUCCESS };
    } catch (error) {
      return { code: ExportResultCode.FAILED, ...(error instanceof Error ? { error } : {}) };
    }
  }

  async #send(series: unknown[]): Promise<void> {
    const { projectId, token, url = "https://monitoring.googleapis.com" } = this.#target;
    for (let start = 0; start < series.length; start += SERIES_MAX) {
      const answer = await fetch(`${url}/v3/projects/${projectId}/timeSeries`, {
        method: "POST",
        headers: { authorization: `Bearer ${await token()}`, "content-type": "application/json" },
        body: JSON.stringify({ timeSeries: series.slice(start, start + SERIES_MAX) }),
        signal: AbortSignal.timeout(5_000),
      });
      if (!answer.ok) throw new Error(`Cloud Monitoring answered ${answer.status}: ${await answer.text()}`);
    }
  }

  selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

interface Point {
  attributes: Attributes;
  startTime: HrTime;
  endTime: HrTime;
}

function timeSeries({ scopeMetrics }: ResourceMetrics, target: MonitoringTarget): unknown[] {
  const { projectId, region, job, instance } = target;
  const labels = { project_id: projectId, location: region, namespace: "live-comments", job, task_id: instance };

  const series = (name: string, metricKind: "GAUGE" | "CUMULATIVE", valueType: string, point: Point, value: object) => {
    const endTime = rfc3339(point.endTime);
    // A gauge is of one moment.
    const interval = metricKind === "GAUGE" ? { endTime } : { startTime: rfc3339(point.startTime), endTime };
    const texts = Object.entries(point.attributes).map(([key, text]) => [key, String(text)]);
    return {
      metric: { type: `custom.googleapis.com/live_comments/${name}`, labels: Object.fromEntries(texts) },
      resource: { type: "generic_task", labels },
      metricKind,
      valueType,
      points: [{ interval, value }],
    };
  };

  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap((metric) => {
      const { name } = metric.descriptor;
      switch (metric.dataPointType) {
        case DataPointType.HISTOGRAM:
          return metric.dataPoints.map((point) =>
            series(name, "CUMULATIVE", "DISTRIBUTION", point, { distributionValue: distribution(point.value) }),
          );
        // No instrument of ours is an exponential histogram.
        case DataPointType.EXPONENTIAL_HISTOGRAM:
          return [];
        case DataPointType.SUM:
        case DataPointType.GAUGE:
        default: {
          const kind = metric.dataPointType === DataPointType.SUM ? "CUMULATIVE" : "GAUGE";
          return metric.dataPoints.map((point) => series(name, kind, "DOUBLE", point, { doubleValue: point.value }));
        }
      }
    });
}

function distribution({ buckets, count, sum = 0 }: Histogram): object {
  return {
    count: String(count),
    mean: count === 0 ? 0 : sum / count,
    bucketOptions: { explicitBuckets: { bounds: buckets.boundaries } },
    bucketCounts: buckets.counts.map(String),
  };
}

function rfc3339([seconds, nanoseconds]: HrTime): string {
  return new Date(seconds * 1000 + nanoseconds / 1e6).toISOString();
}
