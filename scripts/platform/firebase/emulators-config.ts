import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../paths.ts";
import type { Ports } from "../ports/ports.ts";

/** Writes firebase.json with this block's ports, for the platform in this folder, and returns the file's path. */
export function writeEmulatorsConfig(folder: string, ports: Ports): string {
  const config: Record<string, unknown> = JSON.parse(readFileSync(join(root, "firebase.json"), "utf8"));
  config["emulators"] = {
    hosting: at(ports.page),
    functions: at(ports.functions),
    auth: at(ports.auth),
    tasks: at(ports.tasks),
    eventarc: at(ports.eventarc),
    hub: at(ports.hub),
    logging: at(ports.logging),
    ui: { enabled: false },
    singleProjectMode: true,
  };
  const file = fileOf(folder);
  writeFileSync(file, JSON.stringify(config, undefined, 2));
  return file;
}

export function removeEmulatorsConfig(folder: string): void {
  rmSync(fileOf(folder), { force: true });
}

/** In the project's root, for that is where the CLI takes a configuration's paths from. */
function fileOf(folder: string): string {
  return join(root, `.firebase-${basename(folder).replace(".", "")}.json`);
}

function at(port: number): { host: string; port: number } {
  return { host: "127.0.0.1", port };
}
