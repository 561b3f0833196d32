import { expect, test } from "@jest/globals";
import { signedIn, Tabs } from "../../support/tabs.ts";

test("a sign-in and a sign-out in one tab reach the other tabs", () => {
  const tabs = new Tabs();
  const [here, there] = [tabs.open(), tabs.open()];
  const seen: (string | undefined)[] = [];
  there.subscribe(() => seen.push(there.current?.user.username));
  here.start(signedIn("ada", 1));
  here.end();
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

test("a session that cannot be parsed counts as signed out", () => {
  const tabs = new Tabs();
  tabs.values.set("live-comments.session", "{not json");
  expect(tabs.open().current).toBeUndefined();
});
