import { expect, test } from "@jest/globals";
import { signedIn, Tabs } from "../../support/browser/tabs.ts";

test("a sign-in and a sign-out in one tab are seen in the others", () => {
  const tabs = new Tabs();
  const [here, there] = [tabs.open(), tabs.open()];
  const seen: (string | undefined)[] = [];
  there.subscribe(() => seen.push(there.current?.user.username));
  here.begin(signedIn("ada", 1));
  here.end();
  expect(seen).toEqual(["ada", undefined]);
});

test("a browser keeps its device id over sign-outs and in every tab", () => {
  const tabs = new Tabs();
  const first = tabs.open();
  const made = first.deviceId;
  first.begin(signedIn("ada", 1));
  first.end();
  expect(tabs.open().deviceId).toBe(made);
  expect(new Tabs().open().deviceId).not.toBe(made);
});

test("what another program has left in the storage counts as signed out", () => {
  const tabs = new Tabs();
  tabs.values.set("live-comments.session", "{not json");
  expect(tabs.open().current).toBeUndefined();
});
