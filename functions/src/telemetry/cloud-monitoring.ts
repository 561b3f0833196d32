import type { Attributes, HrTime } from "@opentelemetry/api";
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import {
  type Histogram,
  type MetricData,
  type PushMetricExporter,
  type ResourceMetrics,
  AggregationTemporality,
  DataPointType,
} from "@opentelemetry/sdk-metrics";

export interface MonitoringTarget {
  projectId: string;
  region: string;
  /** The function's name. */
  job: string;
  /** An id of this instance of the function. */
  instance: string;
  token: () => Promise<string>;
  /** Replaces Google's API in a test. */
  url?: string;
}

/** Cloud Monitoring's limit for one call. */
const MAX_SERIES_PER_CALL = 200;

/**
 * Writes metrics to Cloud Monitoring as `custom.googleapis.com/live_comments/…`. Google's own exporter would bring all of `googleapis`
 * along.
 * @see https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/create
 */
export class CloudMonitoringExporter implements PushMetricExporter {
  readonly #target: MonitoringTarget;

  constructor(target: MonitoringTarget) {
    this.#target = target;
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const finish = async () => done(await this.#exportNow(metrics));
    void finish();
  }

  async #exportNow(metrics: ResourceMetrics): Promise<ExportResult> {
    try {
      await this.#send(toTimeSeries(metrics, this.#target));
      return { code: ExportResultCode.SUCCESS };
    } catch (error) {
      return { code: ExportResultCode.FAILED, ...(error instanceof Error ? { error } : {}) };
    }
  }

  async #send(series: unknown[]): Promise<void> {
    const { projectId, token, url = "https://monitoring.googleapis.com" } = this.#target;
    for (let start = 0; start < series.length; start += MAX_SERIES_PER_CALL) {
      const response = await fetch(`${url}/v3/projects/${projectId}/timeSeries`, {
        method: "POST",
        headers: { authorization: `Bearer ${await token()}`, "content-type": "application/json" },
        body: JSON.stringify({ timeSeries: series.slice(start, start + MAX_SERIES_PER_CALL) }),
        signal: AbortSignal.timeout(5_000),
      });
      if (!response.ok) throw new Error(`Cloud Monitoring answered ${response.status}: ${await response.text()}`);
    }
  }

  selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

interface Series {
  name: string;
  metricKind: "GAUGE" | "CUMULATIVE";
  valueType: "DISTRIBUTION" | "DOUBLE";
  point: { attributes: Attributes; startTime: HrTime; endTime: HrTime };
  value: object;
}

function toTimeSeries({ scopeMetrics }: ResourceMetrics, target: MonitoringTarget): unknown[] {
  const { projectId, region, job, instance } = target;
  const labels = { project_id: projectId, location: region, namespace: "live-comments", job, task_id: instance };
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap(seriesOf)
    .map(({ name, metricKind, valueType, point, value }) => {
      const endTime = rfc3339(point.endTime);
      // A gauge is the value at one moment.
      const interval = metricKind === "GAUGE" ? { endTime } : { startTime: rfc3339(point.startTime), endTime };
      // A label's name has no dots there.
      const metricLabels = Object.entries(point.attributes).map(([key, label]) => [
        key.replaceAll(".", "_"),
        String(label),
      ]);
      return {
        metric: { type: `custom.googleapis.com/live_comments/${name}`, labels: Object.fromEntries(metricLabels) },
        resource: { type: "generic_task", labels },
        metricKind,
        valueType,
        points: [{ interval, value }],
      };
    });
}

/** A series for each point of the metric. */
function seriesOf(metric: MetricData): Series[] {
  const { name } = metric.descriptor;
  switch (metric.dataPointType) {
    case DataPointType.HISTOGRAM:
      return metric.dataPoints.map((point) => {
        const value = { distributionValue: distributionOf(point.value) };
        return { name, metricKind: "CUMULATIVE", valueType: "DISTRIBUTION", point, value };
      });
    // No instrument of ours is an exponential histogram.
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return [];
    case DataPointType.SUM:
    case DataPointType.GAUGE:
    default: {
      // A sum that goes down too is no counter there.
      const isCounter = metric.dataPointType === DataPointType.SUM && metric.isMonotonic;
      const metricKind = isCounter ? "CUMULATIVE" : "GAUGE";
      return metric.dataPoints.map((point) => {
        return { name, metricKind, valueType: "DOUBLE", point, value: { doubleValue: point.value } };
      });
    }
  }
}

function distributionOf({ buckets, count, sum = 0 }: Histogram): object {
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
