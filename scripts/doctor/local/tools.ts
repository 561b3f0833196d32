import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Check, error, ok } from "../outcome.ts";

/** The Node that Google runs is the one that the code is tested with. */
export const node: Check = {
  id: "node",
  run({ root, nodeVersion }) {
    const wanted = readFileSync(join(root, ".nvmrc"), "utf8").trim().replace(/^v/, "");
    const [major] = wanted.split(".");
    const isRight = nodeVersion.replace(/^v/, "").split(".")[0] === major;
    if (isRight) return [ok(`Node ${nodeVersion}`)];
    return [error(`Node ${nodeVersion}, and ${major} is needed`, "run it with npm run, which installs the right Node")];
  },
};

/** The runtime in firebase.json, in package.json and in .nvmrc is one. */
export const runtime: Check = {
  id: "runtime",
  run({ root }) {
    const read = (file: string) => readFileSync(join(root, file), "utf8");
    const major = /\d+/.exec(read(".nvmrc"))?.[0];
    const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
    const { functions } = JSON.parse(read("firebase.json")) as { functions: { runtime: string } };
    if (engines.node === major && functions.runtime === `nodejs${major}`) return [ok(functions.runtime)];
    const found = `.nvmrc has ${major}, package.json ${engines.node}, firebase.json ${functions.runtime}`;
    return [error(found, "name the same version in all three files")];
  },
};
