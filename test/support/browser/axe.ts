import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../../../scripts/platform/paths.ts";

const source = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const RUN = `axe.run(document, { resultTypes: ["violations"], preload: false }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + " " + target.join(" ") + ": " + failureSummary)))`;

/** What axe finds wrong with the page as it is now, shadow roots included. */
export async function axeProblems(page: Page): Promise<string[]> {
  const isThere = await page.evaluate<boolean>("'axe' in window");
  if (!isThere) await page.evaluate(source);
  return page.evaluate<string[]>(RUN);
}
