import { Hono } from "hono";
import type { OpenApiDocument } from "../http/document.ts";
import { renderDocs, STYLE } from "./docs-page.ts";

const POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const CACHED = { "cache-control": "max-age=300" };

/** The OpenAPI document, for programs and as a page for people. Both are made once. */
export function docsRoutes(buildDocument: () => OpenApiDocument): Hono {
  const once = <T>(make: () => T) => {
    let made: { value: T } | undefined;
    return () => (made ??= { value: make() }).value;
  };
  const json = once(() => JSON.stringify(buildDocument()));
  const page = once(() => renderDocs(json()));
  return new Hono()
    .get("/openapi.json", (c) => c.body(json(), 200, { ...CACHED, "content-type": "application/json" }))
    .get("/docs", (c) => c.html(page(), 200, { ...CACHED, "content-security-policy": POLICY }))
    .get("/docs/style.css", (c) => c.body(STYLE, 200, { ...CACHED, "content-type": "text/css" }));
}
