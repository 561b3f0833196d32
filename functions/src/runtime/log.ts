import { currentSpan } from "./current-span.ts";
import { redact, redactText } from "./redact.ts";

/** Facts about an event: ids and numbers. Never a token, a password or what a person wrote. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** Writes one JSON line an event, in the form that Cloud Logging reads. */
export interface Logger {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields, error?: unknown): void;
  error(message: string, fields: LogFields, error?: unknown): void;
}

/**
 * By this type Error Reporting finds an entry, even without a stack.
 * @see https://cloud.google.com/error-reporting/docs/formatting-error-messages
 */
const REPORTED = "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent";

type Severity = "INFO" | "WARNING" | "ERROR";

/**
 * A logger that passes one line at a time to `write`. An entry names the trace that it belongs to.
 * @see https://cloud.google.com/logging/docs/structured-logging
 */
export function createLogger(write: (line: string) => void, projectId?: string): Logger {
  const entry = (severity: Severity, message: string, fields: LogFields, error?: unknown) => {
    const entry = { message, ...fields, ...(error === undefined ? {} : errorFields(error)) };
    const safe = Object.entries(entry).map(([name, value]) => [name, redact(name, value)]);
    write(JSON.stringify({ severity, ...Object.fromEntries(safe), ...traceFields(projectId) }));
  };
  return {
    info: (message, fields) => entry("INFO", message, fields),
    warn: (message, fields, error) => entry("WARNING", message, fields, error),
    error: (message, fields, error) => entry("ERROR", message, { ...fields, "@type": REPORTED }, error),
  };
}

function traceFields(projectId: string | undefined): Record<string, string> {
  const ids = currentSpan();
  if (!ids || projectId === undefined) return {};
  return {
    "logging.googleapis.com/trace": `projects/${projectId}/traces/${ids.traceId}`,
    "logging.googleapis.com/spanId": ids.spanId,
  };
}

/**
 * What may be shown of anything that was thrown: a few properties, without secrets and without the values that a database's message
 * quotes ("Duplicate entry '…' for key …"). Everything else stays out: a driver's error carries the statement with its values as `sql`.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error))
    return { error: typeof error === "string" ? redactText(error) : "a value that is no Error was thrown" };
  const code = "code" in error ? String(error.code) : undefined;
  const stack = error.stack?.split("\n").filter(isFrame).slice(0, 5).join("\n");
  const cause = error.cause instanceof Error ? summaryOf(error.cause) : undefined;
  return { error: summaryOf(error), code, stack, ...(cause === undefined ? {} : { cause }) };
}

// A message of several lines is a part of the stack too.
const isFrame = (line: string) => line.startsWith("    at ");

function summaryOf({ name, message }: Error): string {
  return redactText(`${name}: ${withoutValue(message)}`);
}

/** MySQL's messages may quote a value, with more quotes in it: "Duplicate entry '…' for key 'users.users_email'". */
function withoutValue(message: string): string {
  const start = message.indexOf("'");
  const end = Math.max(message.lastIndexOf("' for key"), message.lastIndexOf("' for column"));
  return end > start ? `${message.slice(0, start)}'…${message.slice(end)}` : message;
}
