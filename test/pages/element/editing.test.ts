import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { articlesOf, chooseFor, enterCredentials, signOutThrough } from "../../support/browser/browser.ts";
import { articleWith, contentsOf, newVideo, usePages } from "../../support/browser/use-pages.ts";

const pages = usePages();

test("an edit that meets another one shows both versions, and the author decides", async () => {
  const videoId = newVideo();
  const ada = await pages.createUser();
  const { comment } = (await ada.post(videoId, "the first version")).body;
  const page = await pages.open(videoId, ada);
  await chooseFor(articleWith(page, "the first version"), "Edit");
  await articlesOf(page).getByRole("textbox").fill("mine");
  expect((await ada.edit(videoId, comment.id, "theirs")).status).toBe(200);
  await page.getByRole("button", { name: "Save" }).click();
  const conflict = page.getByRole("group", { name: "This comment changed while you edited it." });
  await conflict.waitFor();
  expect(await conflict.locator(".text").allTextContents()).toEqual(["mine", "theirs"]);
  await conflict.getByRole("button", { name: "Take theirs" }).click();
  await conflict.waitFor({ state: "detached" });
  expect(await contentsOf(ada, videoId)).toEqual(["theirs"]);

  await chooseFor(articleWith(page, "theirs"), "Edit");
  await articlesOf(page).getByRole("textbox").fill("mine again");
  expect((await ada.edit(videoId, comment.id, "theirs again")).status).toBe(200);
  await page.getByRole("button", { name: "Save" }).click();
  await conflict.getByRole("button", { name: "Keep mine" }).click();
  await articleWith(page, "mine again").waitFor();
  await conflict.waitFor({ state: "detached" });
  expect(await contentsOf(ada, videoId)).toEqual(["mine again"]);
});

/** The response to the page's next edit. */
const nextEdit = (page: Page) => page.waitForResponse((response) => response.request().method() === "PATCH");

/** Holds the page's edits back until the returned function is called. */
async function holdEdits(page: Page): Promise<() => void> {
  const released = Promise.withResolvers<void>();
  await page.route("**/comments/*", async (route) => {
    if (route.request().method() === "PATCH") await released.promise;
    await route.continue();
  });
  return released.resolve;
}

test("what is typed while an edit is being saved is not lost", async () => {
  const videoId = newVideo();
  const ada = await pages.createUser();
  await ada.post(videoId, "one");
  const page = await pages.open(videoId, ada);
  const release = await holdEdits(page);
  await chooseFor(articleWith(page, "one"), "Edit");
  const field = articlesOf(page).getByRole("textbox");
  const save = page.getByRole("button", { name: "Save" });
  const saved = nextEdit(page);
  for (const text of ["one more", "one more thing"]) {
    await field.fill(text);
    await save.click();
  }
  release();
  await saved;
  expect(await contentsOf(ada, videoId)).toEqual(["one more"]);
  await ada.post(videoId, "after the edit");
  await articleWith(page, "after the edit").waitFor();
  expect(await field.inputValue()).toBe("one more thing");
  await save.click();
  await field.waitFor({ state: "detached" });
  expect(await contentsOf(ada, videoId)).toEqual(["after the edit", "one more thing"]);
});

test("the result of an edit that was cancelled while it was being saved leaves the next edit alone", async () => {
  const videoId = newVideo();
  const ada = await pages.createUser();
  for (const content of ["one", "two"]) await ada.post(videoId, content);
  const page = await pages.open(videoId, ada);
  const release = await holdEdits(page);
  const saved = nextEdit(page);
  const field = articlesOf(page).getByRole("textbox");
  await chooseFor(articleWith(page, "one"), "Edit");
  await field.fill("first");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await chooseFor(articleWith(page, "two"), "Edit");
  await field.fill("second");
  release();
  await saved;
  await ada.post(videoId, "after the edit");
  await articleWith(page, "after the edit").waitFor();
  expect(await field.inputValue()).toBe("second");
});

test("the end of an edit that was cancelled while it was being saved lets no later edit be sent twice", async () => {
  const videoId = newVideo();
  const ada = await pages.createUser();
  for (const content of ["one", "two"]) await ada.post(videoId, content);
  const page = await pages.open(videoId, ada);
  const [releaseFirst, releaseSecond] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const sent: string[] = [];
  await page.route("**/comments/*", async (route) => {
    const request = route.request();
    if (request.method() === "PATCH") {
      sent.push(request.postData() ?? "");
      await (sent.length === 1 ? releaseFirst : releaseSecond).promise;
    }
    await route.continue();
  });
  const field = articlesOf(page).getByRole("textbox");
  const save = page.getByRole("button", { name: "Save" });
  await chooseFor(articleWith(page, "one"), "Edit");
  await field.fill("first");
  await save.click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await chooseFor(articleWith(page, "two"), "Edit");
  await field.fill("second");
  await save.click();
  const saved = nextEdit(page);
  releaseFirst.resolve();
  await saved;
  await articleWith(page, "first").waitFor();
  await save.click();
  releaseSecond.resolve();
  await field.waitFor({ state: "detached" });
  expect(sent.map((body) => JSON.parse(body))).toEqual([{ content: "first" }, { content: "second" }]);
  expect(await contentsOf(ada, videoId)).toEqual(["second", "first"]);
});

test("an edit that was not saved is not shown to the next user, and comes back with its author", async () => {
  const videoId = newVideo();
  const [ada, grace] = await Promise.all([pages.createUser(), pages.createUser()]);
  await ada.post(videoId, "public");
  const page = await pages.open(videoId, ada);
  const field = articlesOf(page).getByRole("textbox");
  await chooseFor(articleWith(page, "public"), "Edit");
  await field.fill("not for grace");
  await signOutThrough(page);
  await enterCredentials(page, grace.email);
  await page.getByRole("button", { name: `Your account: ${grace.username}` }).waitFor();
  await articleWith(page, "public").waitFor();
  expect(await field.count()).toBe(0);
  await signOutThrough(page);
  await enterCredentials(page, ada.email);
  await field.waitFor();
  expect(await field.inputValue()).toBe("not for grace");
});
