import { beforeEach, expect, test } from "@jest/globals";
import { Muted } from "../../../web/element/room/muted.ts";

const KEY = "live-comments.muted";
let values: Map<string, string>;
let isFull: boolean;

beforeEach(() => {
  values = new Map();
  isFull = false;
  const setItem = (key: string, value: string) => {
    if (isFull) throw new Error("the storage is full");
    values.set(key, value);
  };
  const storage = { getItem: (key: string) => values.get(key) ?? null, setItem };
  Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });
});

/** A tab of the browser, with the elements of its page. */
class Tab {
  readonly page = new EventTarget();
  changes = 0;

  open(): Muted {
    return new Muted(this.page, () => {
      this.changes += 1;
    });
  }

  /** What the browser does after another tab has written. */
  hear(key: string | null): void {
    this.page.dispatchEvent(Object.assign(new Event("storage"), { key }));
  }
}

const ada = { id: "ada", username: "Ada" };
const grace = { id: "grace", username: "Grace" };
const idsOf = ({ people }: Muted) => people.map(({ id }) => id);

test("somebody who is muted in one tab stays muted when another tab mutes somebody else", () => {
  const [first, second] = [new Tab().open(), new Tab().open()];
  first.add(ada);
  second.add(grace);
  expect(idsOf(second)).toEqual(["grace", "ada"]);
  expect(idsOf(new Tab().open())).toEqual(["grace", "ada"]);
  first.remove("grace");
  expect(idsOf(new Tab().open())).toEqual(["ada"]);
});

test("a tab follows what another one mutes, and nothing after it is closed", () => {
  const tab = new Tab();
  const muted = tab.open();
  new Tab().open().add(ada);
  tab.hear("something else");
  expect([muted.has("ada"), tab.changes]).toEqual([false, 0]);
  tab.hear(KEY);
  expect([muted.has("ada"), tab.changes]).toEqual([true, 1]);
  values.clear();
  tab.hear(null);
  expect([muted.has("ada"), tab.changes]).toEqual([false, 2]);
  muted.close();
  tab.hear(KEY);
  expect(tab.changes).toBe(2);
});

test("the elements of one page have the same people muted", () => {
  const tab = new Tab();
  const [first, second] = [tab.open(), tab.open()];
  first.add(ada);
  expect([second.has("ada"), tab.changes]).toEqual([true, 2]);
});

test("where the storage is full, people are muted as long as the page is open, or until another tab writes", () => {
  const tab = new Tab();
  const muted = tab.open();
  muted.add(ada);
  isFull = true;
  muted.add(grace);
  expect(idsOf(muted)).toEqual(["grace", "ada"]);
  muted.remove("ada");
  expect(idsOf(tab.open())).toEqual(["grace"]);
  tab.hear(KEY);
  expect(idsOf(muted)).toEqual(["ada"]);
});
