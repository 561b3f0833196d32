import { expect, test } from "@jest/globals";
import { checkOwnWrite } from "../../faults/checks/own-writes.ts";
import { createRandom } from "../../faults/random.ts";
import type { Reply } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { ada: "user" } });
const { ada } = app.users;

/** What the fault suite's check reports of a comment that was acknowledged with this reply. */
async function violations(
  comment: { videoId: string; id: string; version: number; isDeleted: boolean },
  written: Reply<unknown>,
): Promise<string[]> {
  const found: string[] = [];
  const random = createRandom(7);
  // Often enough to be the writer and somebody else.
  for (let n = 0; n < 8; n += 1) {
    await checkOwnWrite({ author: ada, ...comment }, written, { random, report: (_, text) => found.push(text) });
  }
  return found;
}

test("the fault suite's check of own writes finds nothing where all is there, and each thing that is not", async () => {
  const videoId = app.newVideoId();
  const posted = await ada.post(videoId, "first");
  const { id } = posted.body.comment;
  const comment = { videoId, id, version: 1, isDeleted: false };
  expect(await violations(comment, posted)).toEqual([]);
  const edited = await ada.edit(videoId, id, "second");
  expect(await violations({ ...comment, version: 2 }, edited)).toEqual([]);

  const texts = async (wrong: object) => (await violations({ ...comment, ...wrong }, posted)).join();
  const older = await texts({ version: 3 });
  for (const who of ["the writer", "a reader who names change 1"]) expect(older).toContain(`${who} gets version 2`);
  expect(await texts({ isDeleted: true })).toMatch(/still finds the deleted comment .* a page with the deleted/s);
  expect(await texts({ id: "01980000-0000-7000-8000-000000000000" })).toMatch(/does not find .* a page without/s);
});
