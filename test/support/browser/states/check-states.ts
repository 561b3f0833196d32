import { beforeAll, describe, expect, test } from "@jest/globals";
import { axeProblems } from "../axe.ts";
import { screenshot, settled } from "../browser.ts";
import { usePages } from "../use-pages.ts";
import { type Cast, newLivelyVideo, type State } from "./state.ts";

const SIZES = { desktop: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } } as const;
const THEMES = ["light", "dark"] as const;

/** The people of a file's tests and their video, from before the first one. */
export function useCast(): Cast {
  const pages = usePages();
  const cast = { pages } as Cast;
  beforeAll(async () => {
    const [ada, grace, moderator] = await Promise.all([
      pages.createUser(),
      pages.createUser(),
      pages.createModerator(),
    ]);
    Object.assign(cast, { ada, grace, moderator, livelyVideo: await newLivelyVideo({ ada, grace, moderator }) });
  });
  return cast;
}

/** Tests that axe finds nothing in these states. */
export function testStates(states: readonly State[]): void {
  const cast = useCast();
  describe("axe finds nothing, light and dark, on a desktop and on a phone:", () => {
    test.each(states.map((state) => [state.name, state] as const))("%s", async (name, state) => {
      const page = await state.show(cast);
      const problems: string[] = [];
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport);
        await settled(page);
        await state.open?.(page);
        for (const colorScheme of THEMES) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await settled(page);
          await screenshot(page, `element ${name} ${size} ${colorScheme}`.replaceAll(/\W+/g, "-"));
          // The themes differ in their colours alone.
          const found = await axeProblems(page, colorScheme === "light" ? "all" : "colours");
          problems.push(...found.map((problem) => `${size} ${colorScheme} ${problem}`));
        }
      }
      await page.context().close();
      expect(problems).toEqual([]);
    });
  });
}
