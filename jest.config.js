const shared = {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  moduleFileExtensions: ["ts", "js", "mjs", "cjs", "json", "node"],
  transform: { "\\.ts$": "<rootDir>/test/support/jest/transform.cjs" },
  modulePathIgnorePatterns: ["<rootDir>/.local", "<rootDir>/functions/lib"],
};

const slow = { setupFilesAfterEnv: ["<rootDir>/test/support/jest/setup.ts"] };

/** @type {import("jest").Config} */
export default {
  // What a slow machine needs, not a promise: a test that hangs ends all the same.
  testTimeout: 300_000,
  projects: [
    { ...shared, displayName: "unit", testMatch: ["<rootDir>/test/unit/**/*.test.ts"] },
    { ...shared, ...slow, displayName: "integration", testMatch: ["<rootDir>/test/integration/**/*.test.ts"] },
    { ...shared, ...slow, displayName: "browser", testMatch: ["<rootDir>/test/browser/**/*.test.ts"] },
  ],
};
