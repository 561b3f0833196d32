import { expect, test } from "@jest/globals";
import { rebuildVideosOfRenamed } from "../../../functions/src/relay/videos/renamed-users.ts";
import { articlesOf, composerOf, keepToasts } from "../../support/browser/browser.ts";
import { articleWith, newVideo, usePages } from "../../support/browser/use-pages.ts";
import { until } from "../../support/until.ts";

const pages = usePages();

test("who watches is listed by name, and somebody who leaves is not", async () => {
  const videoId = newVideo();
  const [ada, grace] = await Promise.all([pages.createUser(), pages.createUser()]);
  const [adas, graces] = await Promise.all([pages.open(videoId, ada), pages.open(videoId, grace)]);
  await adas.getByRole("button", { name: "2 watching" }).click();
  const list = adas.getByRole("group", { name: "Who is watching" });
  for (const { username } of [ada, grace]) await list.getByText(username, { exact: true }).waitFor();
  await graces.context().close();
  await list.getByText(grace.username, { exact: true }).waitFor({ state: "detached" });
  await adas.getByRole("button", { name: "1 watching" }).waitFor();
  expect(await list.locator("bdi").allTextContents()).toEqual([ada.username]);
});

test("others see who is typing, until the message is posted", async () => {
  const videoId = newVideo();
  const [ada, grace] = await Promise.all([pages.createUser(), pages.createUser()]);
  const [adas, graces] = await Promise.all([pages.open(videoId, ada), pages.open(videoId, grace)]);
  // A sign of typing also ends by itself, after seconds.
  await Promise.all([adas, graces].map(keepToasts));
  await adas.getByRole("button", { name: "2 watching" }).waitFor();
  const isTyping = `${grace.username} is typing`;
  await until("the sign", async () => {
    // A sign that the presence of a moment ago did not allow is made by the next key.
    await composerOf(graces).pressSequentially("x");
    return adas.getByText(isTyping).isVisible();
  });
  expect(await graces.getByText(/typing$/).count()).toBe(0);
  await composerOf(graces).press("Enter");
  await articleWith(adas, "x").waitFor();
  await adas.getByText(isTyping).waitFor({ state: "detached" });
});

test("moderators' comments say so, for everybody, and no more once the role is taken away", async () => {
  const videoId = newVideo();
  const [ada, moderator] = await Promise.all([pages.createUser(), pages.createModerator()]);
  await ada.post(videoId, "by a user");
  await moderator.post(videoId, "by a moderator");
  const page = await pages.open(videoId);
  await articleWith(page, "by a moderator").getByText("moderator", { exact: true }).waitFor();
  expect(await articleWith(page, "by a user").getByText("moderator", { exact: true }).count()).toBe(0);

  const admin = await pages.createAdmin();
  expect((await admin.call("PATCH", `/users/${moderator.id}`, { role: "user" })).status).toBe(200);
  // As the next sweep does: its minute need not be waited for. The relay of the next comment takes the rest of the video along.
  await rebuildVideosOfRenamed(pages.db, 1_000);
  await ada.post(videoId, "later");
  await until("the role in the mirror", async () => {
    await page.reload();
    await articleWith(page, "later").waitFor();
    return (await articlesOf(page).getByText("moderator", { exact: true }).count()) === 0;
  });
  expect(await articlesOf(page).count()).toBe(3);
});
