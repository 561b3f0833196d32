/** An alert policy for the log entries of our alerts. @see docs/operate.md, Alerts */
export const alertPolicy = {
  displayName: "live-comments alerts",
  combiner: "OR",
  documentation: {
    content: "An alert of live-comments. Its field `runbook` says what it means and what to do.",
    mimeType: "text/markdown",
  },
  conditions: [
    {
      displayName: "a log entry with a field alert",
      conditionMatchedLog: {
        filter: 'severity>=ERROR AND jsonPayload.alert=~".+"',
        labelExtractors: { alert: "EXTRACT(jsonPayload.alert)" },
      },
    },
  ],
  alertStrategy: { notificationRateLimit: { period: "900s" }, autoClose: "3600s" },
};

const metric = (name: string): string => `metric.type="custom.googleapis.com/live_comments/${name}"`;

/** What the first look on an alert needs. Every metric is in docs/operate.md. */
const CHARTS: [title: string, filter: string, aligner: string][] = [
  ["How far the mirror is behind (seconds)", metric("backlog_oldest"), "ALIGN_MAX"],
  ["Failed operations", metric("failed_operations"), "ALIGN_RATE"],
  ["The Realtime Database answers", metric("rtdb_connected"), "ALIGN_MIN"],
  ["MySQL answers", metric("mysql_connected"), "ALIGN_MIN"],
  [
    "Requests of the API",
    'metric.type="run.googleapis.com/request_count" resource.label.service_name="api"',
    "ALIGN_RATE",
  ],
  ["Connections of Cloud SQL", 'metric.type="cloudsql.googleapis.com/database/network/connections"', "ALIGN_MEAN"],
];

export const dashboard = {
  displayName: "live-comments",
  gridLayout: {
    columns: "2",
    widgets: CHARTS.map(([title, filter, perSeriesAligner]) => ({
      title,
      xyChart: {
        dataSets: [
          {
            plotType: "LINE",
            timeSeriesQuery: {
              timeSeriesFilter: { filter, aggregation: { alignmentPeriod: "60s", perSeriesAligner } },
            },
          },
        ],
      },
    })),
  },
};
