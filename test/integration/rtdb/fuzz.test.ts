import { expect, test } from "@jest/globals";
import { fuzz } from "../../../scripts/fuzz/rtdb/run.ts";
import { isOfficial } from "../../support/rtdb/test-database.ts";

const SECONDS = 4;

// A short run of `node scripts/fuzz/rtdb.ts`. A fault names the seed that repeats it.
test("random frames and requests cause no crash, no error in the log and no wrong push, and regular writes still succeed", async () => {
  if (isOfficial) return; // it starts its own server
  const seed = Date.now() % 2 ** 32;
  const { sent, faults } = await fuzz({ seed, seconds: SECONDS });
  expect({ seed, faults }).toEqual({ seed, faults: [] });
  expect(sent).toBeGreaterThan(100);
});
