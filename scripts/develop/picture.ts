import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { demo } from "../platform/demo.ts";
import { root } from "../platform/paths.ts";
import { Problem, runCommand } from "../platform/problem.ts";

const HELP = `Makes the picture of the README, docs/page.webp, with a running \`npm start\`: node scripts/develop/picture.ts [options]

  --page URL   the page (default: http://127.0.0.1:5100)
  --help       show this help

It writes comments on a new video of that platform. Chromium is CHROMIUM_PATH.
Exit codes: 0 done, 1 failed.`;

const SAID: [string, string][] = [
  ["Mira", "The opening shot is lovely. How long did it take?"],
  ["Jonas", "Three evenings. The planet was easy, the moons were not."],
  ["Jonas", "There is a drawing of the orbits: https://example.com/orbits"],
  ["سارة", "القمر الثاني سريع جدا!"],
  ["Mira", "It is. I think it is late for something."],
  ["Ravi", "Watching with my daughter, who wants to know which moon is ours."],
  ["Jonas", "@ada the pink one, obviously."],
];

await runCommand(async () => {
  const { values } = parseArgs({
    options: { page: { type: "string", default: "http://127.0.0.1:5100" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(HELP);
  const videoId = `picture-${randomUUID().slice(0, 8)}`;
  for (const [name, content] of SAID) await post(values.page, { videoId, name, content });
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM_PATH"] || "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 640 }, colorScheme: "light" });
    await page.goto(`${values.page}/?video=${videoId}`);
    await page.getByRole("button", { name: "Sign in to comment" }).click();
    await page.getByLabel("E-mail").fill(demo.users[0]?.email ?? "");
    await page.getByLabel("Password").fill(demo.password);
    await page.getByRole("dialog").getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("textbox", { name: "Your comment" }).fill("Tell her it is the smallest");
    await page.getByRole("button", { name: /watching/ }).waitFor();
    await page.evaluate("document.getElementById('title').textContent = 'Orbit'");
    const devtools = await page.context().newCDPSession(page);
    const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality: 82 });
    const file = join(root, "docs/page.webp");
    writeFileSync(file, Buffer.from(data, "base64"));
    console.log(`docs/page.webp: ${Buffer.byteLength(data, "base64")} bytes`);
  } finally {
    await browser.close();
  }
});

/** Posts as a person, who is registered if nobody has done that yet. */
async function post(page: string, { videoId, name, content }: { videoId: string; name: string; content: string }) {
  const credentials = { email: `${Buffer.from(name).toString("hex")}@example.com`, password: demo.password };
  const send = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${page}/v1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  await send("/users", { ...credentials, username: name });
  const signedIn = await send("/sessions", { ...credentials, device: { id: "picture" } });
  if (!signedIn.ok) throw new Problem(`${name} cannot sign in: status ${signedIn.status}.`);
  const { access_token: token } = (await signedIn.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token}`, "idempotency-key": randomUUID() };
  const posted = await send(`/videos/${videoId}/comments`, { content }, headers);
  if (!posted.ok) throw new Problem(`${name} cannot post: status ${posted.status}.`);
}
