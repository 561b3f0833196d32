import { afterAll, beforeAll } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { local } from "../../../../scripts/platform/paths.ts";
import { buildFunctions } from "../../../faults/system/build.ts";
import { type Fleet, createFleet } from "../../../faults/system/fleet.ts";

/**
 * Builds the functions, for the tests of one file, which start instances under functions-framework alone, as on Cloud Run. They get this
 * process's environment.
 */
export function useBuiltFleet(): Pick<Fleet, "start"> {
  let folder: string;
  let fleet: Fleet | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(local, "built-"));
    const source = await buildFunctions(join(folder, "build"), []);
    const key = `test:${"x".repeat(43)}`;
    const env = Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    fleet = createFleet({
      source,
      folder,
      onLog: () => {},
      env: { ...env, ACCESS_TOKEN_KEYS: key, REFRESH_TOKEN_KEYS: key },
    });
  });
  afterAll(async () => {
    await fleet?.close();
    await rm(folder, { recursive: true });
  });
  return {
    start: (target, own) => {
      if (!fleet) throw new Error("the functions are not built yet");
      return fleet.start(target, own);
    },
  };
}
