import { dirname, join, resolve } from "node:path";

/** The clone's folder. */
export const root = dirname(dirname(import.meta.dirname));

/** Everything that runs leave behind, outside git: data, logs, secrets. */
export const local = join(root, ".local");

/** The folder of the platform: this clone's, or the one that PLATFORM_FOLDER names. */
export const platformFolder = (): string => resolve(process.env["PLATFORM_FOLDER"] || local);

/** The emulators' project. `demo-` tells Firebase's tools that no real project exists. */
export const projectId = "demo-live-comments";

export const migrations = join(root, "functions/migrations");
