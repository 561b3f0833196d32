import { expect, test } from "@jest/globals";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { rtdbHost } from "../../support/app/processes/process-env.ts";
import { runScript } from "../../support/app/processes/script.ts";
import { useFreshApp } from "../../support/app/use-app.ts";
import { administer } from "../../support/realtime/administrator.ts";
import { RULES } from "../../support/realtime/rules.ts";

// A Realtime Database of its own, since the command works on everything in it. No inline relay: only the command relays.
const app = useFreshApp({ rules: RULES, users: { ada: "user" }, env: { INLINE_RELAY_DEADLINE_MS: "0" } });
const { context } = app;
const { ada } = app.users;

const sync = (...args: string[]) => runScript("sync", args, app.processEnv);

test("a video that fails is named, and keeps no other from being rebuilt", async () => {
  for (const id of ["a-ahead", "b-behind"]) {
    await ada.post(id, "one");
    await relayVideo(context, id);
  }
  const ahead = { [paths.sync("a-ahead")]: { epoch: 7, from: 0, to: 40, at: 1 } };
  await administer("PATCH", "", { ...ahead, [paths.comments("b-behind")]: null }, rtdbHost(context.config));
  const { code, out, error } = await sync("rebuild", "--all");
  expect([code, out]).toEqual([1, "1 videos rebuilt, 1 failed\n"]);
  expect(error).toMatch(/^a-ahead {2}failed: .*epoch 7/m);
  expect(await context.realtime.read(paths.comments("b-behind"))).not.toBeNull();
  const epochs = await sync("epoch", "--all");
  expect([epochs.code, epochs.out]).toEqual([0, "2 videos in a new epoch\n"]);
});

test("a user whose mirror is ahead is repaired, and nothing is left to do", async () => {
  await sync("reconcile");
  await administer("PATCH", "", { [`${paths.online(ada.id)}/seq`]: 1_000 }, rtdbHost(context.config));
  expect(await sync("reconcile", "--dry-run")).toMatchObject({
    code: 2,
    out: expect.stringMatching(/^1 users compared, 1 differed$/m),
  });
  expect(await sync("reconcile")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^1 users compared, 1 differed, 1 repaired$/m),
  });
  expect((await sync("reconcile")).out).toMatch(/^1 users compared, 0 differed, 0 repaired$/m);
});
