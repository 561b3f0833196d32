import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { root } from "../platform/paths.ts";
import { Problem, runCommand } from "../platform/problem.ts";

const HELP = `Makes the clip and the poster of the page, web/demo/clip.webm and poster.png: node scripts/develop/clip.ts

  --help   show this help

It draws and encodes them in Chromium (CHROMIUM_PATH). They are in the repository, because a machine that builds or
deploys need not have an encoder.
Exit codes: 0 done, 1 failed.`;

const MAX_BYTES = 200_000;

await runCommand(async () => {
  const { values } = parseArgs({ options: { help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  const { outputFiles } = await build({
    entryPoints: ["web/demo/clip/record.ts"],
    absWorkingDir: root,
    bundle: true,
    globalName: "clip",
    write: false,
  });
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM_PATH"] || "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    const made = await page.evaluate<{ clip: string; poster: string }>(`${outputFiles[0]?.text}; clip.record()`);
    for (const [name, base64] of [
      ["clip.webm", made.clip],
      ["poster.png", made.poster],
    ] as const) {
      const bytes = Buffer.from(base64, "base64");
      if (bytes.length > MAX_BYTES) throw new Problem(`${name} would have ${bytes.length} bytes, above ${MAX_BYTES}.`);
      writeFileSync(join(root, "web/demo", name), bytes);
      console.log(`${name}: ${bytes.length} bytes`);
    }
  } finally {
    await browser.close();
  }
});
