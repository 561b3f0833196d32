import { expect, test } from "@jest/globals";
import { paths } from "../../functions/src/contract/realtime-paths.ts";
import { holdNextResponse } from "../support/browser/browser.ts";
import { openConsole } from "../support/browser/console.ts";
import { newVideo, usePages } from "../support/browser/use-pages.ts";
import { administer } from "../support/realtime/administrator.ts";

const pages = usePages();

async function openAsAdmin(path: string) {
  return openConsole(pages.browser, { path, user: await pages.createAdmin() });
}

test("a mirror that is ahead of MySQL is not said to be repaired", async () => {
  const video = newVideo();
  await (await pages.createUser()).post(video, "one");
  const { page, errors } = await openAsAdmin("");
  await administer("PUT", paths.sync(video), { epoch: 7, from: 0, to: 40, at: 1 });
  try {
    await page.getByRole("button", { name: "Compare all videos" }).click();
    await page.getByText(/ 1 are ahead of MySQL: see the runbook for a restored MySQL\.$/).waitFor();
  } finally {
    await administer("DELETE", paths.sync(video));
  }
  expect(errors).toEqual([]);
});

test("a list that was asked for earlier does not replace the one that is asked for now", async () => {
  const [one, other] = await Promise.all([pages.createUser(), pages.createUser()]);
  const { page, errors } = await openAsAdmin(`/users?search=${encodeURIComponent(one.email)}`);
  const cellOf = (email: string) => page.getByRole("cell", { name: email });
  await cellOf(one.email).waitFor();
  const find = async (email: string) => {
    await page.getByLabel("E-mail or username begins with").fill(email);
    await page.getByRole("button", { name: "Find" }).click();
  };
  const earlier = await holdNextResponse(page, /\/v1\/users\?.*search=/);
  await find(other.email);
  await earlier.given;
  const later = page.waitForResponse((response) => response.url().includes(encodeURIComponent(one.email)));
  await find(one.email);
  await (await later).finished();
  await earlier.release();
  await cellOf(one.email).waitFor();
  expect(await cellOf(other.email).count()).toBe(0);
  expect(errors).toEqual([]);
});

test("a time in the address that is none is left out", async () => {
  const [user, admin] = await Promise.all([pages.createUser(), pages.createAdmin()]);
  await admin.call("PATCH", `/users/${user.id}`, { role: "moderator" });
  const { page, errors } = await openAsAdmin(`/audit?from=yesterday&target_id=${user.id}`);
  await page.getByRole("cell", { name: "user.role", exact: true }).waitFor();
  expect(errors).toEqual([]);
});
