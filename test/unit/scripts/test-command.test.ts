import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { parseTestArguments } from "../../../scripts/platform/tests/arguments.ts";
import { chromiumEnvironment } from "../../../scripts/platform/tests/chromium.ts";
import { totalsLine } from "../../../scripts/platform/tests/jest.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const { CHROMIUM_PATH, PATH } = process.env;
afterEach(() => {
  process.env["PATH"] = PATH;
  if (CHROMIUM_PATH === undefined) delete process.env["CHROMIUM_PATH"];
  else process.env["CHROMIUM_PATH"] = CHROMIUM_PATH;
});

test("where Chromium is not there and cannot be installed, only the tests that need it learn so", async () => {
  delete process.env["CHROMIUM_PATH"];
  // Neither a browser nor apt-get is here.
  process.env["PATH"] = folder.path;
  const found = await chromiumEnvironment({ logFile: join(folder.path, "apt.log"), print: () => {} });
  expect(found).toEqual({ CHROMIUM_PROBLEM: expect.stringMatching(/^No Chromium: install it/) });
});

test("without arguments all projects run", () => {
  expect(parseTestArguments([])).toMatchObject({ projects: ["unit", "integration", "browser"], jestArgs: [] });
});

test("our options are taken out, and the others go to Jest in their order", () => {
  const args = ["--only", "unit", "-t", "a name", "--mysql-url=mysql://h/?a=b", "test/unit/x.test.ts"];
  expect(parseTestArguments(args)).toEqual({
    projects: ["unit"],
    mysqlUrl: "mysql://h/?a=b",
    help: false,
    jestArgs: ["-t", "a name", "test/unit/x.test.ts"],
  });
});

test("after -- everything goes to Jest, our own options included", () => {
  expect(parseTestArguments(["--only=browser", "--", "--help", "--only"])).toMatchObject({
    projects: ["browser"],
    help: false,
    jestArgs: ["--help", "--only"],
  });
});

test("an unknown project and a missing value are refused", () => {
  expect(() => parseTestArguments(["--only", "uint"])).toThrow(
    "--only is one of unit, integration, browser, pages, platform, not uint",
  );
  expect(() => parseTestArguments(["--mysql-url"])).toThrow("--mysql-url needs a value");
});

const report = { numPassedTests: 12, numFailedTests: 0, numPendingTests: 0, numRuntimeErrorTestSuites: 0 };

test("the last line counts passed and failed tests, and skipped ones if there are any", () => {
  expect(totalsLine(report, true)).toBe("12 passed, 0 failed");
  expect(totalsLine({ ...report, numFailedTests: 2, numPendingTests: 3 }, false)).toBe(
    "12 passed, 2 failed, 3 skipped",
  );
});

test("a file that does not load, or a Jest that does not exit, counts as a failure", () => {
  expect(totalsLine({ ...report, numRuntimeErrorTestSuites: 1 }, false)).toBe("12 passed, 1 failed");
  expect(totalsLine(report, false)).toBe("12 passed, 1 failed");
});
