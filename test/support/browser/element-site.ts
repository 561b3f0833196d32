import { createServer } from "node:http";
import { build } from "esbuild";
import { styleTexts } from "../../../scripts/platform/bundles/bundle-plugins.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { environment } from "../environment.ts";

const REACT = `
  import { createElement } from "react";
  import { createRoot } from "react-dom/client";
  import "./web/element/index.ts";
  const { video, api } = Object.fromEntries(new URLSearchParams(location.search));
  const element = createElement("live-comments", { video, api, onconnectionchange: ({ detail }) => { window.told = detail.connection; } });
  createRoot(document.getElementById("app")).render(element);`;

const VUE = `
  import { createApp, h } from "vue";
  import "./web/element/index.ts";
  const { video, api } = Object.fromEntries(new URLSearchParams(location.search));
  const onConnectionchange = ({ detail }) => { window.told = detail.connection; };
  createApp({ render: () => h("live-comments", { video, api, onConnectionchange }) }).mount("#app");`;

const page = (body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8" /><title>A site</title><main><h1>A site</h1>${body}</main></html>`;

/** A site of another origin than the page's and the API's, which embeds the element in several ways. */
export interface ElementSite {
  origin: string;
  /** The address of one of its pages, for a video. @param api by default the platform's */
  url: (name: "bare" | "two" | "frame" | "react" | "vue" | "app-check", videoId: string, api?: string) => string;
  close: () => Promise<void>;
}

export async function startElementSite(): Promise<ElementSite> {
  const scripts = { "/react.js": await bundle(REACT), "/vue.js": await bundle(VUE) };
  const script = `<script type="module" src="${environment("PAGE_URL")}/element.js"></script>`;
  const pages: Record<string, (videoId: string, api: string) => string> = {
    "/bare": (videoId) => `${script}<live-comments video="${videoId}"></live-comments>`,
    "/two": (videoId) =>
      `${script}<live-comments video="${videoId}"></live-comments><live-comments video="${videoId}-2"></live-comments>`,
    "/frame": (videoId) =>
      `<iframe src="http://localhost:${port}/bare?video=${videoId}" width="360" height="500"></iframe>`,
    "/react": () => '<div id="app"></div><script type="module" src="/react.js"></script>',
    "/vue": () => '<div id="app"></div><script type="module" src="/vue.js"></script>',
    // The property is set before the element is defined.
    "/app-check": (videoId, api) =>
      `${script}<live-comments video="${videoId}" api="${api}"></live-comments>` +
      '<script>document.querySelector("live-comments").appCheck = window.appCheckToken;</script>',
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://site");
    const file = Object.entries(scripts).find(([name]) => name === pathname)?.[1];
    response.setHeader("content-type", file === undefined ? "text/html" : "text/javascript");
    response.end(file ?? page(pages[pathname]?.(searchParams.get("video") ?? "", searchParams.get("api") ?? "") ?? ""));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    url: (name, videoId, api = environment("API_URL")) => `${origin}/${name}?video=${videoId}&api=${api}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, sourcefile: "site.js" },
    bundle: true,
    format: "esm",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false" },
    write: false,
    absWorkingDir: root,
    plugins: [styleTexts()],
  });
  return outputFiles[0]?.text ?? "";
}
