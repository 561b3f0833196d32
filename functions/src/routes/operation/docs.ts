import { Hono } from "hono";
import { type AppEnv, countPublic } from "../http/access.ts";
import type { OpenApiDocument } from "../http/document.ts";
import { renderDocs } from "./docs-page.ts";
import { STATIC_PAGE_HEADERS, STYLE } from "./static-page.ts";

const CACHED = { "cache-control": STATIC_PAGE_HEADERS["cache-control"] };

/** The OpenAPI document, for programs and as a page for people. Both are made once. */
export function docsRoutes(buildDocument: () => OpenApiDocument): Hono<AppEnv> {
  const once = <T>(make: () => T) => {
    let made: { value: T } | undefined;
    return () => (made ??= { value: make() }).value;
  };
  const json = once(() => JSON.stringify(buildDocument()));
  const page = once(() => renderDocs(json()));
  const countRead = countPublic("read");
  return new Hono<AppEnv>()
    .get("/openapi.json", countRead, (c) => c.body(json(), 200, { ...CACHED, "content-type": "application/json" }))
    .get("/docs", countRead, (c) => c.html(page(), 200, STATIC_PAGE_HEADERS))
    .get("/docs/style.css", countRead, (c) => c.body(STYLE, 200, { ...CACHED, "content-type": "text/css" }));
}
