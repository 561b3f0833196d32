import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * The rules whose result depends on colours: those of axe's tag `cat.color` that are on by default. A page that is the same but for its
 * theme needs no others.
 */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** What axe finds wrong with the page as it is now, shadow roots included. @param rules by default all */
export async function axeProblems(page: Page, rules: "all" | "colours" = "all"): Promise<string[]> {
  const isThere = await page.evaluate<boolean>("'axe' in window");
  // Not as a script of the page: its policy refuses that.
  if (!isThere) await page.evaluate(axe.source);
  const options = {
    resultTypes: ["violations"],
    preload: false,
    ...(rules === "colours" && { runOnly: COLOUR_RULES }),
  };
  return page.evaluate<string[]>(`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + " " + target.join(" ") + ": " + failureSummary)))`);
}
