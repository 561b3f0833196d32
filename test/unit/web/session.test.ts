import { expect, test } from "@jest/globals";
import { signedIn, Tabs } from "../../support/client/tabs.ts";

test("a sign-in and a sign-out in one tab reach the other tabs", () => {
  const tabs = new Tabs();
  const [here, there] = [tabs.open(), tabs.open()];
  const seen: (string | undefined)[] = [];
  there.subscribe(() => seen.push(there.current?.user.username));
  here.start(signedIn("ada", 1));
  here.end();
  expect(seen).toEqual(["ada", undefined]);
});

test("a sign-in, a new name and a sign-out in one client of a page reach each other client of it, once", () => {
  const [site, element] = new Tabs().openPage(2);
  const seen: (string | undefined)[] = [];
  for (const client of [site, element]) client!.subscribe(() => seen.push(client!.current?.user.username));
  site!.start(signedIn("ada", 1));
  element!.update({ ...element!.current!.user, username: "lovelace" });
  site!.end();
  expect(seen).toEqual(["ada", "ada", "lovelace", "lovelace", undefined, undefined]);
  site!.close();
  element!.start(signedIn("ada", 2));
  expect(seen).toHaveLength(7);
});

test("a change without an event, as in the back-forward cache, reaches the listeners with the next check, once", () => {
  const tabs = new Tabs();
  const [here, asleep] = [tabs.open(), new Tabs(tabs.values).open()];
  const seen: (string | undefined)[] = [];
  asleep.subscribe(() => seen.push(asleep.current?.user.username));
  here.start(signedIn("ada", 1));
  // The session is read from the storage at any time, also before the check.
  expect(asleep.current?.user.username).toBe("ada");
  asleep.check();
  asleep.check();
  here.end();
  asleep.check();
  expect(seen).toEqual(["ada", undefined]);
});

test("a browser keeps its device id across sign-outs and in every tab", () => {
  const tabs = new Tabs();
  const first = tabs.open();
  const made = first.deviceId;
  first.start(signedIn("ada", 1));
  first.end();
  expect(tabs.open().deviceId).toBe(made);
  expect(new Tabs().open().deviceId).not.toBe(made);
});

test("a browser keeps a device token of each of the last 8 accounts across sign-outs, the last first", () => {
  const tabs = new Tabs();
  const tab = tabs.open();
  expect(tab.deviceTokens).toEqual([]);
  for (const name of ["ada", "grace", "ada"]) {
    tab.start(signedIn(name, 1));
    tab.end();
  }
  const tokenOf = (name: string) => signedIn(name, 1).device_token;
  expect(tabs.open().deviceTokens).toEqual([tokenOf("ada"), tokenOf("grace")]);
  for (let n = 0; n < 20; n += 1) tab.start(signedIn(`user-${n}`, 1));
  expect(tab.deviceTokens).toEqual(Array.from({ length: 8 }, (_, n) => tokenOf(`user-${19 - n}`)));
  tabs.values.set("live-comments.device-tokens", "{not json");
  expect(tab.deviceTokens).toEqual([]);
});

test("every tab can tell, until the next sign-in, that it was the API that ended the session", () => {
  const tabs = new Tabs();
  const [here, there] = [tabs.open(), tabs.open()];
  here.start(signedIn("ada", 1));
  here.end();
  expect([here, there, tabs.open()].map(({ hasEnded }) => hasEnded)).toEqual([false, false, false]);
  here.start(signedIn("ada", 2));
  here.noteEnd();
  expect([here, there, tabs.open()].map(({ hasEnded }) => hasEnded)).toEqual([true, true, true]);
  there.start(signedIn("ada", 3));
  there.end();
  expect([here, there, tabs.open()].map(({ hasEnded }) => hasEnded)).toEqual([false, false, false]);
});

test("a session that cannot be parsed counts as signed out", () => {
  const tabs = new Tabs();
  tabs.values.set("live-comments.session", "{not json");
  expect(tabs.open().current).toBeUndefined();
});
