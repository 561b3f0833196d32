import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { Namespaces } from "../../../../rtdb-server/data/namespaces.ts";
import { LongPolls } from "../../../../rtdb-server/http/realtime/long-polls.ts";
import { WebSockets } from "../../../../rtdb-server/http/realtime/web-sockets.ts";
import { Router } from "../../../../rtdb-server/http/router.ts";
import { Sessions } from "../../../../rtdb-server/session/sessions.ts";
import { until } from "../../../support/until.ts";
import type { AddressInfo } from "node:net";

const MAX_SESSIONS = 1;
const PEER_TIMEOUT_MS = 60_000;

const namespaces = new Namespaces("test", null);
const sessions = new Sessions(namespaces, MAX_SESSIONS);
const webSockets = new WebSockets(sessions, PEER_TIMEOUT_MS);
const longPolls = new LongPolls(sessions, PEER_TIMEOUT_MS);
const router = new Router(namespaces, longPolls);
const server = createServer((request, response) => void router.handle(request, response));
server.on("upgrade", (request, socket, head) => webSockets.upgrade(request, socket, head));
let host = "";

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  webSockets.close();
  longPolls.close();
  server.close();
  server.closeAllConnections();
});

const startPolling = async (): Promise<number> => (await fetch(`http://${host}/.lp?start=t&cb=1`)).status;

test("a WebSocket beyond the maximum of sessions is closed as 'try again later', a long poll gets 503", async () => {
  const first = new WebSocket(`ws://${host}/.ws`);
  await once(first, "message");
  const second = new WebSocket(`ws://${host}/.ws`);
  const [code] = await once(second, "close");
  expect(code).toBe(1013);
  expect(await startPolling()).toBe(503);

  first.close();
  await until("room for a session", async () => (await startPolling()) === 200);
});
