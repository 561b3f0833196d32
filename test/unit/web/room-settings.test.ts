import { afterEach, expect, test } from "@jest/globals";
import { DEFAULT_VIDEO_SETTINGS } from "../../../functions/src/contract/moderation.ts";
import { RoomSettings } from "../../../web/element/room/settings.ts";
import { Api } from "../../../web/src/api/api.ts";
import { signedIn, Tabs } from "../../support/client/tabs.ts";
import { type HttpServer, problem, startHttpServer } from "../../support/network/http-server.ts";

const OPEN = DEFAULT_VIDEO_SETTINGS;
const CLOSED = { ...OPEN, comments_open: false };

let server: HttpServer | undefined;
let settings: RoomSettings;

afterEach(async () => {
  settings.close();
  await server?.close();
});

/** A moderator's settings of a video, where the API answers a change when it is told to, and cannot be asked otherwise. */
async function startChange(answer: () => Response) {
  const release = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  server = await startHttpServer(async ({ method }) => {
    if (method !== "PATCH") return problem(503, "unavailable");
    reached.resolve();
    await release.promise;
    return answer();
  });
  const sessions = new Tabs().open();
  sessions.start(signedIn("moderator", 1));
  const api = new Api({ base: server.url, name: "test", sessions, locks: navigator.locks });
  settings = new RoomSettings({ api: api.calls }, "v", () => undefined);
  settings.note(OPEN);
  const done = settings.change({ slow_mode_seconds: 10 });
  await reached.promise;
  expect(settings.current).toEqual({ ...OPEN, slow_mode_seconds: 10 });
  return async () => {
    release.resolve();
    return done;
  };
}

const changed = () => Response.json({ video: { id: "v", seq: 2, ...OPEN, slow_mode_seconds: 10 } });

test("a change shows what the API made of it, and gives what takes it back", async () => {
  const finish = await startChange(changed);
  expect(await finish()).toEqual({ slow_mode_seconds: 0 });
  expect(settings.current).toEqual({ ...OPEN, slow_mode_seconds: 10 });
});

test("the response to a change does not hide what another moderator has changed since", async () => {
  const finish = await startChange(changed);
  const newer = { ...CLOSED, slow_mode_seconds: 10 };
  settings.note(newer);
  await finish();
  expect(settings.current).toEqual(newer);
});

test("a change that fails is taken back, and nothing else", async () => {
  const finish = await startChange(() => problem(403, "forbidden"));
  await expect(finish()).rejects.toMatchObject({ code: "forbidden" });
  expect(settings.current).toEqual(OPEN);
});

test("a change that fails does not take back what another moderator has changed since", async () => {
  const finish = await startChange(() => problem(403, "forbidden"));
  settings.note(CLOSED);
  await expect(finish()).rejects.toMatchObject({ code: "forbidden" });
  expect(settings.current).toEqual(CLOSED);
});
