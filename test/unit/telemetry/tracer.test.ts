import { describe, expect, test } from "@jest/globals";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { currentSpan, currentTraceparent, readTraceparent } from "../../../functions/src/runtime/current-span.ts";
import { createLogger } from "../../../functions/src/runtime/log.ts";
import { createSpanExport } from "../../../functions/src/telemetry/span-export.ts";
import { createTracer } from "../../../functions/src/telemetry/tracer.ts";
import { turn } from "../../support/turn.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = { traceId: TRACE, spanId: "b7ad6b7169203331", isSampled: true };

describe("traceparent", () => {
  test("is read as W3C Trace Context has it, also with fields of a later version", () => {
    const header = `00-${TRACE}-b7ad6b7169203331-01`;
    expect(readTraceparent(header)).toEqual(PARENT);
    expect(readTraceparent(`01-${TRACE}-b7ad6b7169203331-00-more`)).toEqual({ ...PARENT, isSampled: false });
  });

  test.each([
    undefined,
    "",
    "00",
    `00-${"0".repeat(32)}-b7ad6b7169203331-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    "x".repeat(10_000),
  ])("is nothing where it is not valid: %#", (header) => {
    expect(readTraceparent(header)).toBeUndefined();
  });
});

describe("a span", () => {
  test("continues its parent's trace, in all that it awaits and nowhere else, and passes it on", async () => {
    const tracer = createTracer();
    await tracer.run("request", { parent: PARENT }, async () => {
      await turn();
      expect(currentSpan()).toMatchObject({ traceId: TRACE, isSampled: true });
      const passedOn = readTraceparent(currentTraceparent());
      await tracer.run("below", {}, async () => {
        expect(currentSpan()?.traceId).toBe(TRACE);
        expect(currentSpan()?.spanId).not.toBe(passedOn?.spanId);
      });
    });
    expect(currentSpan()).toBeUndefined();
  });

  test("is in each log entry, as Cloud Logging finds it", async () => {
    const lines: string[] = [];
    const log = createLogger((line) => lines.push(line), "demo");
    log.info("before", {});
    await createTracer().run("request", { parent: PARENT }, async () => log.info("inside", {}));
    const [before, inside] = lines.map((line) => JSON.parse(line) as Record<string, string>);
    expect(before).not.toHaveProperty(["logging.googleapis.com/trace"]);
    expect(inside?.["logging.googleapis.com/trace"]).toBe(`projects/demo/traces/${TRACE}`);
    expect(inside?.["logging.googleapis.com/spanId"]).toMatch(/^[0-9a-f]{16}$/);
  });
});

interface SentSpan {
  traceId: string;
  parentSpanId?: string;
  name: string;
  links?: { traceId: string }[];
  status?: { code?: number; message?: string };
}

/** A collector as OTLP has it. */
async function startCollector() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void request.toArray().then((pieces) => {
      bodies.push(pieces.join(""));
      response.setHeader("content-type", "application/json").end("{}");
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  interface Body {
    resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
  }
  const spans = () =>
    bodies.flatMap((body) =>
      (JSON.parse(body) as Body).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    );
  return { endpoint: `http://127.0.0.1:${port}`, spans, bodies, close: () => server.close() };
}

describe("spans that are sent", () => {
  test("keep their trace, name, parent and causes; an error's text stays here", async () => {
    const collector = await startCollector();
    const tracer = createTracer(async () => createSpanExport({ ...collector, share: 0, service: "api" }));
    await turn();
    const failing = tracer.run(
      "request",
      { parent: PARENT, links: [{ ...PARENT, traceId: "1".repeat(32) }] },
      async (span) => {
        span.rename("POST /v1/x");
        throw new Error("Duplicate entry 'ada@example.com'");
      },
    );
    await expect(failing).rejects.toThrow("Duplicate");
    await tracer.run("of a trace that is not recorded", {}, async () => {});
    await tracer.close();
    expect(collector.spans()).toMatchObject([
      {
        traceId: TRACE,
        parentSpanId: PARENT.spanId,
        name: "POST /v1/x",
        links: [{ traceId: "1".repeat(32) }],
        status: { code: 2 },
      },
    ]);
    expect(collector.bodies.join()).not.toContain("ada@example.com");
    collector.close();
  });

  test("that nobody takes hold nothing up", async () => {
    const tracer = createTracer(async () =>
      createSpanExport({ endpoint: "http://127.0.0.1:9", share: 1, service: "api" }),
    );
    await turn();
    expect(await tracer.run("request", {}, async () => "done")).toBe("done");
    await tracer.close();
  });
});
