import { expect, test } from "@jest/globals";
import { password } from "../../support/app/client.ts";
import {
  chooseFor,
  composerOf,
  enterCredentials,
  keepToasts,
  openPage,
  signOutThrough,
} from "../../support/browser/browser.ts";
import { articleWith, contentsOf, newVideo, usePages } from "../../support/browser/use-pages.ts";
import { until } from "../../support/until.ts";

const pages = usePages();

test("a deletion can be undone, and without that it is carried out, at the latest when the page is left", async () => {
  const videoId = newVideo();
  const ada = await pages.createUser();
  for (const content of ["to keep", "to delete"]) await ada.post(videoId, content);
  const page = await pages.open(videoId, ada);
  await page.evaluate("document.querySelector('live-comments').undoSeconds = 3_600");
  await chooseFor(articleWith(page, "to keep"), "Delete");
  await articleWith(page, "to keep").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await articleWith(page, "to keep").waitFor();

  await chooseFor(articleWith(page, "to delete"), "Delete");
  await articleWith(page, "to delete").waitFor({ state: "detached" });
  await page.goto("about:blank");
  await until("the deletion", async () => (await contentsOf(ada, videoId)).join() === "to keep");
});

test("a deletion renews a session that would expire soon, so that it is carried out when the page is left", async () => {
  const videoId = newVideo();
  const ada = await pages.createUser();
  await ada.post(videoId, "to delete");
  const page = await pages.open(videoId, ada);
  await page.evaluate("document.querySelector('live-comments').undoSeconds = 3_600");
  await articleWith(page, "to delete").waitFor();
  const stored = "JSON.parse(localStorage.getItem('live-comments.session'))";
  await page.evaluate(`localStorage.setItem("live-comments.session", JSON.stringify({ ...${stored}, expiresAt: 0 }))`);
  await chooseFor(articleWith(page, "to delete"), "Delete");
  await until("another token", async () => (await page.evaluate<number>(`${stored}.expiresAt`)) > 0);
  await page.goto("about:blank");
  await until("the deletion", async () => (await contentsOf(ada, videoId)).length === 0);
});

test("a deletion is carried out before its author signs out, and then cannot be undone", async () => {
  const videoId = newVideo();
  const ada = await pages.createUser();
  for (const content of ["to keep", "to delete"]) await ada.post(videoId, content);
  const page = await pages.open(videoId, ada);
  await page.evaluate("document.querySelector('live-comments').undoSeconds = 3_600");
  await chooseFor(articleWith(page, "to delete"), "Delete");
  await page.getByRole("button", { name: "Undo" }).waitFor();
  await signOutThrough(page);
  await until("the deletion", async () => (await contentsOf(ada, videoId)).join() === "to keep");
  expect(await page.getByText("Comment deleted.").count()).toBe(1);
  expect(await page.getByRole("button", { name: "Undo" }).count()).toBe(0);
});

test("a deletion is not carried out as somebody else, who signed in in another tab meanwhile", async () => {
  const videoId = newVideo();
  const [ada, first, second] = await Promise.all([
    pages.createUser(),
    pages.createModerator(),
    pages.createModerator(),
  ]);
  await ada.post(videoId, "to delete");
  const page = await pages.open(videoId, first);
  await page.evaluate("document.querySelector('live-comments').undoSeconds = 3_600");
  await chooseFor(articleWith(page, "to delete"), /^Delete$/);
  await articleWith(page, "to delete").waitFor({ state: "detached" });
  const tab = (await openPage(await page.context().newPage(), videoId)).page;
  await signOutThrough(tab);
  await enterCredentials(tab, second.email);
  await page.getByRole("button", { name: `Your account: ${second.username}` }).waitFor();
  await page.evaluate("dispatchEvent(new Event('pagehide'))");
  // It is shown again, because nobody has deleted it.
  await articleWith(page, "to delete").waitFor();
  expect(await contentsOf(ada, videoId)).toEqual(["to delete"]);
});

test("a report with its reason reaches the moderators", async () => {
  const videoId = newVideo();
  const [ada, grace, moderator] = await Promise.all([pages.createUser(), pages.createUser(), pages.createModerator()]);
  await ada.post(videoId, "buy this");
  const page = await pages.open(videoId, grace);
  await chooseFor(articleWith(page, "buy this"), "Report");
  await page.getByLabel("Spam").check();
  await keepToasts(page);
  await page.getByLabel("Note for the moderators").fill("everywhere");
  await page.getByRole("dialog").getByRole("button", { name: "Report" }).click();
  await page.getByText("Reported. Thank you.").waitFor();
  const reported = await moderator.call<{ reported: { video_id: string; reports: object[] }[] }>(
    "GET",
    "/moderation/reports?limit=100",
  );
  const found = reported.body.reported.find(({ video_id }) => video_id === videoId);
  expect(found?.reports).toMatchObject([{ user_id: grace.id, reason: "spam", note: "everywhere" }]);
});

test("somebody who is muted is not seen in this browser until that is undone", async () => {
  const videoId = newVideo();
  const [ada, grace] = await Promise.all([pages.createUser(), pages.createUser()]);
  await ada.post(videoId, "noise");
  const page = await pages.open(videoId, grace);
  await chooseFor(articleWith(page, "noise"), `Mute ${ada.username}`);
  await articleWith(page, "noise").waitFor({ state: "detached" });
  await page.reload();
  await page.getByText("No comments yet.").waitFor();
  await page.getByRole("button", { name: /^Your account/ }).click();
  await page.getByRole("button", { name: "Unmute" }).click();
  await articleWith(page, "noise").waitFor();
  expect(await page.getByRole("button", { name: "Unmute" }).count()).toBe(0);
});

test("the profile changes name and password, and signs other devices out", async () => {
  const ada = await pages.createUser();
  const laptop = await ada.onDevice("laptop");
  const phone = await ada.onDevice("phone");
  const page = await pages.open(newVideo(), ada);
  await page.getByRole("button", { name: /^Your account/ }).click();
  const devices = page.getByRole("region", { name: "Devices" });
  const others = devices.getByRole("button", { name: "Sign out", exact: true });
  await others.nth(2).waitFor();
  await devices.getByText("this device").waitFor();
  await others.nth(0).click();
  await until("one device less", async () => (await others.count()) === 2);
  const stillIn = await Promise.all([ada, laptop, phone].map((client) => client.isSignedIn()));
  expect(stillIn.filter(Boolean)).toHaveLength(2);

  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Username").fill(`${ada.username}x`);
  await dialog.getByRole("button", { name: "Save" }).first().click();
  await dialog.getByText("Saved.").waitFor();
  await dialog.getByRole("heading", { name: `${ada.username}x` }).waitFor();

  await dialog.getByLabel("Current password").fill("not the password");
  await dialog.getByLabel("New password").fill("another horse battery");
  await dialog.getByRole("button", { name: "Save" }).last().click();
  await dialog.getByText("The current password is wrong.").waitFor();
  await dialog.getByLabel("Current password").fill(password);
  await dialog.getByRole("button", { name: "Save" }).last().click();
  await dialog.getByText("Password changed. Your other devices are signed out.").waitFor();
  expect(await Promise.all([ada, laptop, phone].map((client) => client.isSignedIn()))).toEqual([false, false, false]);
});

test("a session that was ended elsewhere is told, and what was written stays for after the next sign-in", async () => {
  const videoId = newVideo();
  const ada = await pages.createUser();
  const page = await pages.open(videoId, ada);
  await composerOf(page).fill("not lost");
  expect((await ada.call("DELETE", "/sessions")).status).toBe(204);
  const told = page.getByText("Your session has ended. Sign in again; your text is kept.");
  await page.reload();
  await told.waitFor();
  // Still so for a page that opens after the session was found to have ended.
  await page.reload();
  await told.waitFor();
  await enterCredentials(page, ada.email);
  await composerOf(page).waitFor();
  expect(await composerOf(page).inputValue()).toBe("not lost");
});
