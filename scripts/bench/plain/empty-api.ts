import { writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Fleet, createFleet } from "../../../test/faults/system/fleet.ts";

/** What the framework and Hono cost by themselves, as the API uses them. */
const EMPTY_API = `import { getRequestListener } from "@hono/node-server";
import { onRequest } from "firebase-functions/https";
import { Hono } from "hono";

const app = new Hono();
app.get("/v1/videos/:videoId/comments", (context) => context.json({}));
const listener = getRequestListener(app.fetch);
export const api = onRequest((request, response) => listener(request, response));
`;

/** Starts a function `api` that does nothing, in a folder below the project, whose packages it uses. */
export async function startEmptyApi(folder: string): Promise<Fleet> {
  const source = join(folder, "empty");
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "package.json"), JSON.stringify({ type: "module", main: "index.js" }));
  writeFileSync(join(source, "index.js"), EMPTY_API);
  const fleet = createFleet({ source, folder, env: {}, onLog: () => {} });
  await fleet.start("api");
  return fleet;
}
