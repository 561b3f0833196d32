import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { smoke } from "../../../scripts/smoke/smoke.ts";
import { useApp } from "../../support/app/use-app.ts";
import { type HttpServer, startHttpServer } from "../../support/network/http-server.ts";

const app = useApp();
let silent: Server;
let site: HttpServer;
/** What the API answered to each deletion. */
const deleted: Record<string, number> = {};

beforeAll(async () => {
  // A Realtime Database that lets a reader listen, and never tells of anything.
  silent = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('event: put\ndata: {"path":"/","data":null}\n\n');
  }).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  // The real API, except that it names this database.
  site = await startHttpServer(async ({ method, path, headers, body }) => {
    if (path === "/v1/realtime") return Response.json({ database_url: `http://127.0.0.1:${port}/?ns=silent` });
    const response = await app.send(path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (method === "DELETE") deleted[path] = response.status;
    return response;
  });
});
afterAll(async () => {
  await site.close();
  silent.closeAllConnections();
  silent.close();
});

test("a smoke test that hears nothing fails, and leaves neither a comment nor a session", async () => {
  const video = app.newVideoId();
  const lines: string[] = [];
  const run = async () => {
    for await (const line of smoke({ site: site.url, videoId: video, timeoutMs: 5_000 })) lines.push(line);
  };
  await expect(run()).rejects.toThrow("did not hear the comment");
  expect(lines).toHaveLength(2);
  const place = `/v1/videos/${video}/comments`;
  const posted = site.received.filter(({ method, path }) => method === "POST" && path === place);
  expect(posted).toHaveLength(1);
  const list = (await (await app.send(place, {})).json()) as { comments: unknown[] };
  expect(list.comments).toEqual([]);
  expect(Object.values(deleted)).toEqual([204, 204]);
  expect(Object.keys(deleted)).toContain("/v1/sessions/current");
});
