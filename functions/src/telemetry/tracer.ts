import { type SpanIds, currentSpan, newSpanId, newTraceId, runInSpan } from "../runtime/current-span.ts";

/** Facts about a span: ids and numbers, as in a log. */
export type SpanAttributes = Record<string, string | number>;

export interface SpanOptions {
  /** Default: the span that the running code belongs to. Without one, a trace begins. */
  parent?: SpanIds | undefined;
  /** Spans that caused this one too: a batch of inline runs serves many requests. */
  links?: SpanIds[];
  kind?: "server" | "consumer" | "internal";
  attributes?: SpanAttributes;
}

/** A span that runs. */
export interface RunningSpan {
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
}

/** Follows what a request causes, through the relay and its tasks. */
export interface Tracer {
  /** Runs `work` in a span. Log entries of all that it does carry the trace's id. */
  run<T>(name: string, options: SpanOptions, work: (span: RunningSpan) => Promise<T>): Promise<T>;
  /** Sends the spans that are not yet sent. */
  close(): Promise<void>;
}

/**
 * Without `loadExport` spans have ids, for the log, and go nowhere.
 * @param loadExport loads what sends spans: OpenTelemetry's SDK, which a cold start need not wait for. Earlier spans are not sent.
 */
export function createTracer(loadExport?: () => Promise<Tracer>): Tracer {
  let spanExport: Tracer | undefined;
  // If it cannot be loaded, spans go nowhere.
  const loading = loadExport?.().then(
    (loaded) => (spanExport = loaded),
    () => undefined,
  );
  return {
    run(name, { parent = currentSpan(), ...options }, work) {
      if (spanExport) return spanExport.run(name, { parent, ...options }, work);
      const ids = {
        traceId: parent?.traceId ?? newTraceId(),
        spanId: newSpanId(),
        isSampled: parent?.isSampled ?? false,
      };
      return runInSpan(ids, () => work(NOT_SENT));
    },
    async close() {
      await (await loading)?.close();
    },
  };
}

const NOT_SENT: RunningSpan = { rename: () => {}, set: () => {} };
