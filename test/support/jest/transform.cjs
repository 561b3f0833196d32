// Jest strips types with Node's own function, so that the tests run the same code as production.
const { createHash } = require("node:crypto");
const { stripTypeScriptTypes } = require("node:module");

/** @type {import("@jest/transform").SyncTransformer} */
module.exports = {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
  getCacheKey: (source, path) => createHash("sha1").update(process.version).update(path).update(source).digest("hex"),
};
