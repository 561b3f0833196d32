import axe from "axe-core";
import type { Page } from "playwright-core";

interface Axe {
  run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}
declare const window: { axe: Axe };

/** What axe-core finds wrong with the page as it is shown, each with the first place. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Not as a script of the page: its policy refuses that.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}
