import { redact } from "./redact.ts";

/** Facts about an event: ids and numbers. Never a token, a password or what a person wrote. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** Writes one JSON line an event, in the form that Cloud Logging reads. */
export interface Logger {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields, error?: unknown): void;
  error(message: string, fields: LogFields, error?: unknown): void;
}

type Severity = "INFO" | "WARNING" | "ERROR";

/**
 * A logger that passes one line at a time to `write`.
 * @see https://cloud.google.com/logging/docs/structured-logging
 */
export function createLogger(write: (line: string) => void): Logger {
  const entry = (severity: Severity, message: string, fields: LogFields, error?: unknown) => {
    const entry = { message, ...fields, ...fieldsOf(error) };
    const safe = Object.entries(entry).map(([name, value]) => [name, redact(name, value)]);
    write(JSON.stringify({ severity, ...Object.fromEntries(safe) }));
  };
  return {
    info: (message, fields) => entry("INFO", message, fields),
    warn: (message, fields, error) => entry("WARNING", message, fields, error),
    error: (message, fields, error) => entry("ERROR", message, fields, error),
  };
}

// Only these properties are logged: a driver's error carries the statement with its values as `sql`.
function fieldsOf(error: unknown): LogFields {
  if (error === undefined) return {};
  if (!(error instanceof Error))
    return { error: typeof error === "string" ? error : "a value that is no Error was thrown" };
  const message = withoutValue(error.message);
  const code = "code" in error ? String(error.code) : undefined;
  const stack = error.stack?.split("\n").slice(1, 6).join("\n");
  return { error: `${error.name}: ${message}`, code, stack, ...causeOf(error.cause) };
}

function causeOf(error: unknown): LogFields {
  return error instanceof Error ? { cause: `${error.name}: ${withoutValue(error.message)}` } : {};
}

/** MySQL's messages may quote a value, with more quotes in it: "Duplicate entry '…' for key 'users.users_email'". */
function withoutValue(message: string): string {
  const start = message.indexOf("'");
  const end = Math.max(message.lastIndexOf("' for key"), message.lastIndexOf("' for column"));
  return end > start ? `${message.slice(0, start)}'…${message.slice(end)}` : message;
}
