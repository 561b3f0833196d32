import {
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { type SpanIds, runInSpan } from "../runtime/current-span.ts";
import type { RunningSpan, SpanOptions, Tracer } from "./tracer.ts";

export interface SpanExportOptions {
  /** A collector that speaks OTLP over HTTP, as in OTEL_EXPORTER_OTLP_ENDPOINT. */
  endpoint: string;
  /** Of the traces that begin here, how many are recorded: 0 to 1. */
  share: number;
  /** The function's name. */
  service: string;
}

const KINDS = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, internal: SpanKind.INTERNAL };

/**
 * Sends spans to a collector. At most 2,048 wait to be sent; what is beyond that is lost, and so is what a collector does not take.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function createSpanExport({ endpoint, share, service }: SpanExportOptions): Tracer {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces`, timeoutMillis: 2_000 });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer("live-comments");

  function start(name: string, { parent, links = [], kind = "internal", attributes = {} }: SpanOptions): Span {
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, contextOf(parent)) : ROOT_CONTEXT;
    const linked = links.map((link) => ({ context: contextOf(link) }));
    return tracer.startSpan(name, { kind: KINDS[kind], attributes, links: linked }, context);
  }

  return {
    async run(name, options, work) {
      const span = start(name, options);
      try {
        return await runInSpan(idsOf(span), () => work(controlsOf(span)));
      } catch (error) {
        // Without the error's text: it may quote a value.
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
    close: () => provider.shutdown().catch(() => {}),
  };
}

function controlsOf(span: Span): RunningSpan {
  return { rename: (name) => void span.updateName(name), set: (attributes) => void span.setAttributes(attributes) };
}

function contextOf({ traceId, spanId, isSampled }: SpanIds): SpanContext {
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

function idsOf(span: Span): SpanIds {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
}
