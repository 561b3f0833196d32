// Jest reads TypeScript through Node's own type stripping: the code under test is the code that runs.
const { createHash } = require("node:crypto");
const { stripTypeScriptTypes } = require("node:module");

/** @type {import("@jest/transform").SyncTransformer} */
module.exports = {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
  getCacheKey: (source, path) => createHash("sha1").update(process.version).update(path).update(source).digest("hex"),
};
