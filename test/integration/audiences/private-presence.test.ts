import { describe, expect, test } from "@jest/globals";
import { get, ref } from "firebase/database";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { useApp } from "../../support/app/use-app.ts";
import { connectionOf, watch } from "../../support/realtime/presence.ts";
import { administer } from "../../support/realtime/administrator.ts";
import { CLOSED_PRESENCE } from "../../support/realtime/closed-presence.ts";
import { untilSees, useTabs } from "../../support/realtime/tabs.ts";
import { until } from "../../support/until.ts";
import { readAsAdministrator } from "../../support/relay/user-relay.ts";
import { rtdbHost } from "../../support/app/processes/process-env.ts";

describe("with the line of docs/deploy.md that closes presence", () => {
  const app = useApp({ rules: CLOSED_PRESENCE, users: { ada: "user", eve: "user" } });
  const { ada, eve } = app.users;
  const tabOf = useTabs(app);

  test("a page that is signed in to Firebase only once it may be present shows who watches and who types", async () => {
    const video = app.newVideoId();
    const [here, there] = [
      await tabOf(ada, video, { signsInLate: true }),
      await tabOf(eve, video, { signsInLate: true }),
    ];
    for (const tab of [here, there]) await untilSees(tab, ada, eve);
    here.presence.typed();
    await until("the sign", () => there.state.typing[0] === ada.id);
  });

  test("live sessions read who watches a video, and nobody else does", async () => {
    const onAdas = await app.connect(ada.firebaseToken);
    const onEves = await app.connect(eve.firebaseToken);
    const stranger = await app.connect();
    const video = app.newVideoId();
    await watch(onAdas, ada, video);
    const path = paths.presence(video);
    expect((await get(ref(onEves.database, path))).exists()).toBe(false);
    await eve.signOut();
    const late = await app.connect(eve.firebaseToken);
    for (const { database } of [stranger, onEves, late]) {
      await expect(get(ref(database, path))).rejects.toThrow(/permission denied/i);
    }
    // Comments stay public.
    expect((await get(ref(stranger.database, paths.comments(video)))).exists()).toBe(false);
  });

  test("the relay still removes what an ended session left, where another one stays", async () => {
    const phone = await app.user();
    const laptop = await phone.onDevice("laptop");
    const video = app.newVideoId();
    const client = await app.connect();
    for (const session of [phone, laptop]) await watch(client, session, video);
    const place = paths.userPresence(video, phone.id);
    const connections = { [connectionOf(phone)]: { at: 1, state: "active" } };
    await administer("PUT", place, { online: true, connections }, rtdbHost(app.context.config));
    await phone.signOut();
    expect(await readAsAdministrator(app, place)).toEqual({ online: false });
  });
});
