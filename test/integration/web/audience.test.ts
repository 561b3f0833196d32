import { describe, expect, test } from "@jest/globals";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { MIN_GONE_AFTER_SECONDS } from "../../../functions/src/contract/presence.ts";
import { rtdbHost } from "../../support/app/processes/process-env.ts";
import { useApp } from "../../support/app/use-app.ts";
import { administer } from "../../support/realtime/administrator.ts";
import { RULES } from "../../support/realtime/rules.ts";
import { untilSees, useTabs } from "../../support/realtime/tabs.ts";
import { countNow, createDelayQueue, present, writePresence } from "../../support/relay/audiences.ts";
import { readAsAdministrator } from "../../support/relay/user-relay.ts";
import { until } from "../../support/until.ts";

const { queue } = createDelayQueue();
const app = useApp({ rules: RULES, users: { ada: "user" }, parts: { audienceQueue: queue } });
const { ada } = app.users;
const tabOf = useTabs(app);

describe("an audience", () => {
  const crowd = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`user-${n}`, present("s_0")]));

  test("of up to 100 shows who they are; a larger one shows the count alone, until it is small again", async () => {
    const video = app.newVideoId();
    const tab = await tabOf(ada, video);
    await untilSees(tab, ada);
    await writePresence(app, video, crowd(99));
    await until("100 users", () => tab.state.users?.length === 100);
    await writePresence(app, video, crowd(100));
    // At once, before the server has counted.
    await until("no list", () => tab.state.users === undefined);
    await countNow(app, video);
    await until("the count", () => tab.state.viewers === 101);
    expect(tab.state.users).toBeUndefined();
    const gone = Object.fromEntries(Object.keys(crowd(80)).map((id) => [id, { online: false, last_seen: Date.now() }]));
    await writePresence(app, video, gone);
    await countNow(app, video);
    await until("the list", () => tab.state.users?.length === 21);
  });

  test("does not show whoever gave no sign for long, though nobody has removed them", async () => {
    const video = app.newVideoId();
    const reader = await tabOf(undefined, video);
    await writePresence(app, video, {
      ghost: present("s_0", MIN_GONE_AFTER_SECONDS + 1),
      documented: { online: true, last_seen: Date.now() },
      documented_ghost: { online: true, last_seen: 1 },
      away: { online: true, last_seen: Date.now(), connections: { s_0: { at: Date.now(), state: "away" } } },
    });
    await until("two users", () => reader.state.users?.length === 2);
    expect(reader.state.users).toEqual([
      { userId: "away", state: "away" },
      { userId: "documented", state: "active" },
    ]);
  });
});

describe("typing", () => {
  test("is shown at once by a second element on the same connection", async () => {
    const video = app.newVideoId();
    const [tab, typist] = [await tabOf(undefined, video), await tabOf(ada, video)];
    await untilSees(tab, ada);
    typist.presence.typed();
    await until("the sign", () => tab.state.typing[0] === ada.id);
    const second = await tabOf(undefined, video, { beside: tab });
    expect(second.state).toEqual(tab.state);
  });

  test("is shown to the others until the comment is posted, or the tab is killed", async () => {
    const video = app.newVideoId();
    const reader = await tabOf(undefined, video);
    const tab = await tabOf(ada, video);
    await untilSees(tab, ada);
    tab.presence.typed();
    await until("the sign", () => reader.state.typing[0] === ada.id);
    expect(tab.state.typing).toEqual([]);
    tab.presence.stoppedTyping();
    await until("no sign", () => reader.state.typing.length === 0);
    tab.presence.typed();
    await until("the sign again", () => reader.state.typing[0] === ada.id);
    await tab.kill();
    await until("no sign after the end", () => reader.state.typing.length === 0);
    expect(await readAsAdministrator(app, paths.typing(video))).toBeNull();
  });

  test("is off above 100 viewers", async () => {
    const video = app.newVideoId();
    const tab = await tabOf(ada, video);
    await untilSees(tab, ada);
    await administer("PUT", paths.audience(video), { viewers: 101, at: 1 }, rtdbHost(app.context.config));
    await until("the count", () => tab.state.viewers === 101);
    await administer("PUT", paths.userTyping(video, "somebody"), Date.now(), rtdbHost(app.context.config));
    tab.presence.typed();
    await administer("PUT", paths.audience(video), { viewers: 102, at: 2 }, rtdbHost(app.context.config));
    await until("a later count", () => tab.state.viewers === 102);
    expect(tab.state.typing).toEqual([]);
    expect(await readAsAdministrator(app, paths.userTyping(video, ada.id))).toBeNull();
  });

  test("of a session that ended is removed with its presence", async () => {
    const video = app.newVideoId();
    const user = await app.user();
    const tab = await tabOf(user, video);
    await untilSees(tab, user);
    tab.presence.typed();
    await until("the sign", async () => (await readAsAdministrator(app, paths.typing(video))) !== null);
    await user.signOut();
    expect(await readAsAdministrator(app, paths.typing(video))).toBeNull();
  });
});
