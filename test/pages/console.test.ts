import { beforeAll, expect, test } from "@jest/globals";
import { insertMinuteCounts } from "../../functions/src/tables/operation/minute-counts.ts";
import type { Client } from "../support/app/client.ts";
import { axeProblems } from "../support/browser/axe.ts";
import { holdNextResponse, screenshot } from "../support/browser/browser.ts";
import { openConsole, signInTo } from "../support/browser/console.ts";
import { newVideo, usePages } from "../support/browser/use-pages.ts";
import { environment } from "../support/environment.ts";
import { until } from "../support/until.ts";

const pages = usePages();
let admin: Client;

beforeAll(async () => {
  admin = await pages.createAdmin();
});

const search = ({ email }: Client) => `/users?search=${encodeURIComponent(email)}`;

/** Posts a comment that the Realtime Database is said to refuse. */
async function quarantine(videoId: string): Promise<void> {
  const { id, seq } = (await (await pages.createUser()).post(videoId, "refused")).body.comment;
  const row = { comment_id: id, video_id: videoId, seq, reason: "Invalid data; couldn't parse key" };
  await pages.db.insertInto("quarantined_comments").values(row).execute();
}

test("somebody who is no admin is told so, and sees nothing else", async () => {
  const window = await openConsole(pages.browser);
  await signInTo(window, await pages.createUser());
  await window.page.getByRole("heading", { name: "For admins only" }).waitFor();
  expect(await window.page.getByRole("navigation").count()).toBe(0);
  await screenshot(window.page, "console-not-admin");
  expect(window.errors).toEqual([]);
});

test("somebody who becomes an admin gets in without another sign-in", async () => {
  const user = await pages.createUser();
  const window = await openConsole(pages.browser);
  const { page, errors } = window;
  await signInTo(window, user);
  await page.getByText("who is a user").waitFor();
  await admin.call("PATCH", `/users/${user.id}`, { role: "moderator" });
  await page.reload();
  await page.getByText("who is a moderator").waitFor();
  await admin.call("PATCH", `/users/${user.id}`, { role: "admin" });
  // As when they come back from another window.
  await page.evaluate("dispatchEvent(new Event('focus'))");
  await page.locator(".chart canvas").waitFor();
  expect(await page.getByRole("navigation").count()).toBe(1);
  expect(errors).toEqual([]);
});

test("somebody who becomes an admin stays in when the answer from before comes last", async () => {
  const user = await pages.createUser();
  const window = await openConsole(pages.browser);
  const { page } = window;
  await signInTo(window, user);
  await page.getByText("who is a user").waitFor();
  const earlier = await holdNextResponse(page, /\/users\/me$/);
  await page.evaluate("dispatchEvent(new Event('focus'))");
  await earlier.given;
  await admin.call("PATCH", `/users/${user.id}`, { role: "admin" });
  await page.evaluate("dispatchEvent(new Event('focus'))");
  await page.locator(".chart canvas").waitFor();
  // The console asks again when the role changes, so an answer that is taken by mistake would be put right.
  await page.route(/\/users\/me$/, () => undefined);
  await earlier.release();
  expect(await page.getByRole("heading", { name: "For admins only" }).count()).toBe(0);
});

test("the overview shows what happened, says what is normal, and is red only where somebody must act", async () => {
  const author = await pages.createUser();
  const video = newVideo();
  await author.post(video, "one");
  await insertMinuteCounts(pages.db, [{ metric: "sync_latency", label: "100", count: 20 }]);
  const { page, errors } = await openConsole(pages.browser, { user: admin });
  await page.getByText(/changes? in the last hour$/).waitFor();
  expect(await page.locator(".figure").count()).toBe(4);
  expect(await page.getByText("Normal:").count()).toBeGreaterThan(8);
  await page.locator(".chart canvas").waitFor();
  // Control: nobody has to act on it. The others tell how busy this machine is.
  expect(await page.locator(".figure.act", { hasText: "Quarantined" }).count()).toBe(0);
  await screenshot(page, "console-overview");

  await quarantine(video);
  await page.reload();
  await page.locator(".figure.act", { hasText: "Quarantined" }).waitFor();
  await screenshot(page, "console-quarantined");
  await page.locator(".figure.act").getByRole("link", { name: "Runbook: quarantine" }).click();
  await page.locator("h3#quarantine").waitFor();
  await screenshot(page, "console-runbooks");
  await page.goBack();
  await page.getByRole("button", { name: `Retry ${video}` }).click();
  await page.getByText("Quarantined comments of 1 video are tried again.").waitFor();
  await page.getByText("The Realtime Database accepts every comment.").waitFor();
  expect(errors).toEqual([]);
});

test("an overview that a later one has overtaken is not shown", async () => {
  const { page, errors } = await openConsole(pages.browser, { user: admin });
  await page.getByRole("heading", { name: "Sync latency, the last hour" }).waitFor();
  const readAgain = () => page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
  const earlier = await holdNextResponse(page, /\/admin\/quarantine/);
  await readAgain();
  await earlier.given;
  const video = newVideo();
  await quarantine(video);
  await readAgain();
  const retry = page.getByRole("button", { name: `Retry ${video}` });
  await retry.waitFor();
  await earlier.release();
  expect(await retry.isVisible()).toBe(true);
  await retry.click();
  await page.getByText("Quarantined comments of 1 video are tried again.").waitFor();
  expect(errors).toEqual([]);
});

test("a video is rebuilt and everything is compared, with progress to the end", async () => {
  const author = await pages.createUser();
  const video = newVideo();
  await author.post(video, "one");
  const { page, errors } = await openConsole(pages.browser, { user: admin });
  await page.getByLabel("Video", { exact: true }).fill(video);
  await page.getByRole("button", { name: "Rebuild", exact: true }).click();
  await page.getByText(`${video} is rebuilt, at change 2.`).waitFor();
  await page.getByRole("button", { name: "Compare and repair" }).click();
  await page.getByText(`${video}: equal.`).waitFor();
  await page.getByRole("button", { name: "Compare all videos" }).click();
  await page.getByText(/^Done: ([\d,]+) of \1 videos compared/).waitFor();
  expect(errors).toEqual([]);
});

test("a comparison of everything can be stopped, and says how far it came", async () => {
  const { page, errors } = await openConsole(pages.browser, { user: admin });
  const response = await holdNextResponse(page, /\/admin\/reconcile/);
  await page.getByRole("button", { name: "Compare all videos" }).click();
  await response.given;
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText(/^Stopped: 0 of /).waitFor();
  expect(await page.getByRole("alert").allTextContents()).toEqual([]);
  expect(errors).toEqual([]);
});

test("what is said of a new role reads well", async () => {
  const user = await pages.createUser();
  const { page, errors } = await openConsole(pages.browser, { path: search(user), user: admin });
  await page.getByRole("combobox", { name: /^Role of/ }).selectOption("admin");
  await page.getByRole("dialog").getByRole("button", { name: "Make admin" }).click();
  await page.getByText("is now an admin.").waitFor();
  expect(errors).toEqual([]);
});

test("a user's role and sessions change only after a yes, and the audit log has it", async () => {
  const user = await pages.createUser();
  const { page, errors } = await openConsole(pages.browser, { path: search(user), user: admin });
  await page.getByRole("cell", { name: user.email }).waitFor();
  expect(await page.locator("tbody tr").count()).toBe(1);

  const role = page.getByRole("combobox", { name: /^Role of/ });
  await role.selectOption("admin");
  await screenshot(page, "console-confirm");
  await page.getByRole("button", { name: "Cancel" }).click();
  await until("the role to be as before", async () => (await role.inputValue()) === "user");
  await role.selectOption("moderator");
  await page.getByText("is now a moderator").waitFor();

  await page.getByRole("button", { name: /^Sessions of/ }).click();
  await screenshot(page, "console-users");
  await page.getByRole("button", { name: "End all sessions" }).click();
  await page.getByText("1 session of").waitFor();
  expect(await user.isSignedIn()).toBe(false);
  await page.getByRole("button", { name: /^Deactivate/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
  await page.getByText("is deactivated.").waitFor();

  await page.goto(`${environment("PAGE_URL")}/console/audit?target_id=${user.id}`);
  for (const action of ["user.role", "user.sign_out", "user.activity"]) {
    await page.getByRole("cell", { name: action, exact: true }).waitFor();
  }
  await screenshot(page, "console-audit");
  await page.getByLabel("Action").selectOption("user.role");
  await page.getByRole("button", { name: "Find" }).click();
  await until("one entry", async () => (await page.locator("tbody tr").count()) === 1);
  expect(new URL(page.url()).search).toContain("action=user.role");
  await page.goBack();
  await until("all entries", async () => (await page.locator("tbody tr").count()) >= 3);
  expect(errors).toEqual([]);
});

test("while the API cannot be reached, what was known stays, with the reason", async () => {
  const { page } = await openConsole(pages.browser, { user: admin });
  await page.locator(".chart canvas").waitFor();
  await page.route("**/v1/admin/**", (route) => route.abort());
  await page.getByText("The API cannot be reached").waitFor();
  expect(await page.locator(".figure").count()).toBe(4);
  await screenshot(page, "console-away");
  await page.unroute("**/v1/admin/**");
  await page.getByText("The API cannot be reached").waitFor({ state: "detached" });
});

test.each(["light", "dark"] as const)("axe-core finds nothing wrong in any state: %s", async (colorScheme) => {
  const user = await pages.createUser();
  await quarantine(newVideo());
  const window = await openConsole(pages.browser, { colorScheme });
  const { page } = window;
  const problems: Record<string, string[]> = {};
  const check = async (state: string) => {
    problems[state] = await axeProblems(page);
  };
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await check("signed out");
  await screenshot(page, `console-${colorScheme}-sign-in`);
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password").fill("a wrong password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("form .problem").waitFor();
  await check("sign-in refused");
  await signInTo(window, admin);
  await page.locator(".figure.act", { hasText: "Quarantined" }).waitFor();
  await check("overview");
  await screenshot(page, `console-${colorScheme}-overview`);
  await page.setViewportSize({ width: 360, height: 740 });
  await check("overview, phone");
  await screenshot(page, `console-${colorScheme}-phone`);
  const width = await page.evaluate("document.documentElement.scrollWidth");
  expect(width).toBeLessThanOrEqual(360);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${environment("PAGE_URL")}/console${search(user)}`);
  await page.getByRole("button", { name: /^Sessions of/ }).click();
  await page.getByRole("button", { name: "End all sessions" }).waitFor();
  await check("users");
  await screenshot(page, `console-${colorScheme}-users`);
  await page.getByRole("button", { name: /^Deactivate/ }).click();
  await check("confirmation");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.goto(`${environment("PAGE_URL")}/console/audit`);
  await page.locator("tbody tr").first().waitFor();
  await check("audit");
  await page.goto(`${environment("PAGE_URL")}/console/runbooks`);
  await check("runbooks");
  await pages.db.deleteFrom("quarantined_comments").execute();
  expect(Object.fromEntries(Object.entries(problems).filter(([, found]) => found.length > 0))).toEqual({});
});

test("control: axe-core finds a button without a name", async () => {
  const { page } = await openConsole(pages.browser);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.evaluate("document.querySelector('form button').textContent = ''");
  expect((await axeProblems(page)).join()).toContain("button-name");
});
