import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Meter } from "@opentelemetry/api";

const NANOSECONDS = 1e9;

/**
 * Measures this process whenever the metrics are collected: its memory, and by how much the event loop was late since the last time. Counts
 * its start. Returns how to end it.
 * @see https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/
 */
export function measureProcess(meter: Meter): () => void {
  meter.createCounter("faas.coldstarts", { description: "starts of an instance" }).add(1);
  meter
    .createObservableGauge("process.memory.usage", { description: "memory that the process holds", unit: "By" })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  meter
    .createObservableGauge("nodejs.eventloop.delay.p99", { description: "99th percentile of the delay", unit: "s" })
    .addCallback((result) => {
      // Without a sample yet it is NaN.
      result.observe((delay.percentile(99) || 0) / NANOSECONDS);
      delay.reset();
    });
  return () => delay.disable();
}
