import axe from "axe-core";
import type { Page } from "playwright-core";

const RUN = `axe.run(document, { resultTypes: ["violations"], preload: false }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + " " + target.join(" ") + ": " + failureSummary)))`;

/** What axe finds wrong with the page as it is now, shadow roots included. */
export async function axeProblems(page: Page): Promise<string[]> {
  const isThere = await page.evaluate<boolean>("'axe' in window");
  // Not as a script of the page: its policy refuses that.
  if (!isThere) await page.evaluate(axe.source);
  return page.evaluate<string[]>(RUN);
}
