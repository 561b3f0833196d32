import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Check, error, ok } from "../outcome.ts";

const versions = z.record(z.string(), z.string()).default({});
const manifestSchema = z.looseObject({ dependencies: versions, devDependencies: versions });
const lockSchema = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({ version: z.string().optional(), dependencies: versions, devDependencies: versions }),
  ),
});

function readJson<T>(schema: z.ZodType<T>, ...path: string[]): T {
  return schema.parse(JSON.parse(readFileSync(join(...path), "utf8")));
}

/** Cloud Build runs `npm ci`, which refuses a lockfile that differs from the manifest. */
export const lockfile: Check = {
  id: "lockfile",
  run({ root }) {
    const manifest = readJson(manifestSchema, root, "package.json");
    const locked = readJson(lockSchema, root, "package-lock.json").packages[""];
    const names = (["dependencies", "devDependencies"] as const).flatMap((kind) => {
      const both = { ...manifest[kind], ...locked?.[kind] };
      return Object.keys(both).filter((name) => manifest[kind][name] !== locked?.[kind][name]);
    });
    if (names.length === 0) return [ok("package-lock.json fits package.json")];
    return [error(`package-lock.json differs from package.json in ${names.join(", ")}`, "npm install")];
  },
};

/** The CLI reads the functions' definitions with the packages that are installed here. */
export const packages: Check = {
  id: "packages",
  run({ root }) {
    const lock = readJson(lockSchema, root, "package-lock.json").packages;
    const { dependencies, devDependencies } = readJson(manifestSchema, root, "package.json");
    const wrong = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => {
      const file = join(root, "node_modules", name, "package.json");
      if (!existsSync(file)) return true;
      return readJson(z.looseObject({ version: z.string() }), file).version !== lock[`node_modules/${name}`]?.version;
    });
    if (wrong.length === 0) return [ok("the installed packages are those of package-lock.json")];
    return [error(`not installed as locked: ${wrong.join(", ")}`, "npm ci --ignore-scripts")];
  },
};
