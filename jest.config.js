const shared = {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  moduleFileExtensions: ["ts", "js", "mjs", "cjs", "json", "node"],
  transform: { "\\.ts$": "<rootDir>/test/support/jest/transform.cjs" },
  // Not in the system's temporary folder, which the tests must leave empty.
  cacheDirectory: "<rootDir>/.local/jest-cache",
  modulePathIgnorePatterns: ["<rootDir>/.local", "<rootDir>/functions/lib"],
};

const withFirebase = { setupFilesAfterEnv: ["<rootDir>/test/support/jest/setup.ts"] };

/** @type {import("jest").Config} */
export default {
  // Enough for a slow machine; it only ends a test that hangs.
  testTimeout: 900_000,
  // Jest would use one less than the machine has: one of two.
  maxWorkers: 2,
  projects: [
    { ...shared, displayName: "unit", testMatch: ["<rootDir>/test/unit/**/*.test.ts"] },
    { ...shared, ...withFirebase, displayName: "integration", testMatch: ["<rootDir>/test/integration/**/*.test.ts"] },
    { ...shared, ...withFirebase, displayName: "platform", testMatch: ["<rootDir>/test/platform/**/*.test.ts"] },
    { ...shared, ...withFirebase, displayName: "browser", testMatch: ["<rootDir>/test/browser/**/*.test.ts"] },
    { ...shared, ...withFirebase, displayName: "pages", testMatch: ["<rootDir>/test/pages/**/*.test.ts"] },
  ],
};
