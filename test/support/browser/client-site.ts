import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { basename } from "node:path";
import { build } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";
import { root } from "../../../scripts/platform/paths.ts";
import type { RealtimeSettings } from "../../../functions/src/contract/account.ts";
import type { Calls } from "../../../web/src/api/api.ts";
import type { FirebaseSettings } from "../../../web/src/live/firebase-settings.ts";
import type { UserSession } from "../../../web/src/session/session.ts";
import type { Video, VideoState } from "../../../web/src/video/video.ts";
import { environment } from "../environment.ts";
import { createTcpProxy, type TcpProxy } from "../network/tcp-proxy.ts";
import { until } from "../until.ts";

/** What the site's page has in its window. */
export interface PageWindow {
  createLiveComments: (options: { api: string; firebase?: FirebaseSettings }) => PageWindow["client"];
  client: { session: UserSession; api: Calls; video: (id: string) => Video; close: () => Promise<void> };
  video: Video;
}
declare const window: PageWindow;

/** A site with the client, as a customer builds it. Its ways to the API and to the Realtime Database can be cut. */
export interface ClientSite {
  port: number;
  /** The way to the Realtime Database. */
  database: TcpProxy;
  /** Ends the way to the API, or opens it again. */
  cutApi: (isCut: boolean) => void;
  /** Opens a page that shows a video. Without `api`, the API is on the site's own origin. */
  open: (context: BrowserContext, videoId: string, options?: { api?: string; host?: string }) => Promise<Page>;
  close: () => Promise<void>;
}

export async function startClientSite(): Promise<ClientSite> {
  const api = environment("API_URL").replace(/\/v1$/, "");
  const settings = (await (await fetch(`${api}/v1/realtime`)).json()) as RealtimeSettings;
  const databaseUrl = new URL(settings.database_url);
  const database = await createTcpProxy(Number(databaseUrl.port));
  databaseUrl.port = String(database.port);
  const files = await bundle();
  let isApiCut = false;

  const server = createServer((request, response) => {
    const { url = "/" } = request;
    if (!url.startsWith("/v1/")) {
      const file = files.get(url.slice(1));
      response.setHeader("content-type", file === undefined ? "text/html" : "text/javascript");
      response.end(file ?? '<!doctype html><meta charset="utf-8" /><script type="module" src="/index.js"></script>');
    } else if (isApiCut) {
      request.socket.destroy();
    } else {
      forward(api + url, request, response).catch(() => request.socket.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;

  return {
    port,
    database,
    cutApi(isCut) {
      isApiCut = isCut;
    },
    async open(context, videoId, { api = "/v1", host = "127.0.0.1" } = {}) {
      const page = await context.newPage();
      const firebase: FirebaseSettings = {
        databaseURL: databaseUrl.href,
        projectId: settings.project_id,
        apiKey: "local",
        authEmulatorUrl: settings.auth_emulator_url ?? "",
      };
      await page.goto(`http://${host}:${port}/`);
      await page.waitForFunction(() => "createLiveComments" in window);
      await page.evaluate(
        (options) => {
          window.client = window.createLiveComments({ api: options.api, firebase: options.firebase });
          window.video = window.client.video(options.videoId);
        },
        { api, firebase, videoId },
      );
      return page;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    },
  };
}

/** The files of the client's bundle by their names, with the client in the window. */
async function bundle(): Promise<Map<string, Uint8Array>> {
  const contents = `import * as client from "./web/src/index.ts"; Object.assign(window, client);`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, sourcefile: "index.js" },
    entryNames: "index",
    outdir: "site",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    write: false,
    absWorkingDir: root,
  });
  return new Map(outputFiles.map(({ path, contents: file }) => [basename(path), file]));
}

/** Passes a request on to the API. */
async function forward(url: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
  const reply = await fetch(url, {
    method: request.method ?? "GET",
    headers: headers as Record<string, string>,
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
  });
  const own = Object.fromEntries(
    [...reply.headers].filter(([name]) => !/^(content-(encoding|length)|transfer|connection)/.test(name)),
  );
  response.writeHead(reply.status, own);
  response.end(Buffer.from(await reply.arrayBuffer()));
}

export const stateOf = (page: Page): Promise<VideoState> => page.evaluate(() => window.video.state);

export const contentsOf = async (page: Page): Promise<string[]> => {
  const { comments } = await stateOf(page);
  return comments.map(({ content }) => content);
};

export const pendingOf = async (page: Page): Promise<string[]> => {
  const { pending } = await stateOf(page);
  return pending.map(({ content, state }) => `${content} ${state}`);
};

/** Waits until the page shows exactly these comments. */
export async function shows(page: Page, contents: string[]): Promise<void> {
  let seen: string[] = [];
  const isShown = async () => {
    seen = await contentsOf(page);
    return seen.join("\n") === contents.join("\n");
  };
  await until(`the page to show ${contents.join(", ")}`, isShown).catch((error: unknown) => {
    throw new Error(`it shows ${seen.join(", ")}`, { cause: error });
  });
}

/** Waits until the page's comments come from there. */
export async function isConnected(page: Page, connection: VideoState["connection"]): Promise<void> {
  await until(`the connection to be ${connection}`, async () => (await stateOf(page)).connection === connection);
}

export const signIn = (page: Page, email: string, password: string) =>
  page.evaluate((credentials) => window.client.session.signIn(credentials), { email, password });

export const post = (page: Page, content: string) => page.evaluate((text) => window.video.post(text), content);
