import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Hono } from "hono";

const PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>live-comments API</title>
  <link rel="stylesheet" href="/v1/docs/swagger-ui.css" />
  <div id="docs"></div>
  <script src="/v1/docs/swagger-ui-bundle.js"></script>
  <script src="/v1/docs/start.js"></script>
</html>
`;

const START = `SwaggerUIBundle({ url: "/v1/openapi.json", dom_id: "#docs" });\n`;

const ASSETS = { "swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css" };

/** The OpenAPI document as a page. Every asset comes from this server. */
export function docsRoutes(): Hono {
  const routes = new Hono().get("/docs", (c) => {
    c.header("content-security-policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:");
    return c.html(PAGE);
  });
  routes.get("/docs/start.js", (c) => c.body(START, 200, { "content-type": "text/javascript" }));
  for (const [file, type] of Object.entries(ASSETS)) {
    routes.get(`/docs/${file}`, async (c) => {
      const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
      return c.body(await readFile(join(folder, file)), 200, { "content-type": type, "cache-control": "max-age=3600" });
    });
  }
  return routes;
}
