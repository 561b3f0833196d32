import { expect, test } from "@jest/globals";
import { fuzz } from "../../../scripts/fuzz/rtdb/run.ts";
import { isOfficial } from "../../support/rtdb.ts";

const SECONDS = 4;

// The short version of `node scripts/fuzz/rtdb.ts`; a fault names the seed with which to look again.
test("random frames and requests neither end the server, nor make it stumble, lie or lose an orderly client's writes", async () => {
  if (isOfficial) return; // it attacks the process that it starts
  const seed = Date.now() % 2 ** 32;
  const { sent, faults } = await fuzz(seed, SECONDS);
  expect({ seed, faults }).toEqual({ seed, faults: [] });
  expect(sent).toBeGreaterThan(100);
});
