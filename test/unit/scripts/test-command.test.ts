import { expect, test } from "@jest/globals";
import { parseTestArguments } from "../../../scripts/platform/tests/arguments.ts";
import { totalsLine } from "../../../scripts/platform/tests/jest.ts";

test("without arguments all projects run", () => {
  expect(parseTestArguments([])).toMatchObject({ projects: ["unit", "integration", "browser"], jest: [] });
});

test("ours are taken, the rest goes to Jest in its order", () => {
  const args = ["--only", "unit", "-t", "a name", "--mysql-url=mysql://h/?a=b", "test/unit/x.test.ts"];
  expect(parseTestArguments(args)).toEqual({
    projects: ["unit"],
    mysqlUrl: "mysql://h/?a=b",
    help: false,
    jest: ["-t", "a name", "test/unit/x.test.ts"],
  });
});

test("after -- all goes to Jest, even what looks like ours", () => {
  expect(parseTestArguments(["--only=browser", "--", "--help", "--only"])).toMatchObject({
    projects: ["browser"],
    help: false,
    jest: ["--help", "--only"],
  });
});

test("an unknown project and a missing value are refused", () => {
  expect(() => parseTestArguments(["--only", "uint"])).toThrow("--only is one of unit, integration, browser, not uint");
  expect(() => parseTestArguments(["--mysql-url"])).toThrow("--mysql-url needs a value");
});

const report = { numPassedTests: 12, numFailedTests: 0, numPendingTests: 0, numRuntimeErrorTestSuites: 0 };

test("the closing line counts passed, failed and, when there are any, skipped", () => {
  expect(totalsLine(report, true)).toBe("12 passed, 0 failed");
  expect(totalsLine({ ...report, numFailedTests: 2, numPendingTests: 3 }, false)).toBe(
    "12 passed, 2 failed, 3 skipped",
  );
});

test("what is not a test's failure is one all the same: a file that does not load, a Jest that does not end", () => {
  expect(totalsLine({ ...report, numRuntimeErrorTestSuites: 1 }, false)).toBe("12 passed, 1 failed");
  expect(totalsLine(report, false)).toBe("12 passed, 1 failed");
});
