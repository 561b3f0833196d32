import { hash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../paths.ts";
import type { Ports } from "../ports/ports.ts";

interface FirebaseConfig {
  emulators: unknown;
  hosting: { headers: { headers: { key: string; value: string }[] }[] };
}

const LOCAL_SOURCES = "http://127.0.0.1:* ws://127.0.0.1:* http://localhost:* ws://localhost:*";

/**
 * Writes a copy of firebase.json for the platform in `folder`: with these ports, and with a page that may connect to them.
 * Returns its path.
 */
export function writeEmulatorsConfig(folder: string, ports: Ports): string {
  const config: FirebaseConfig = JSON.parse(readFileSync(join(root, "firebase.json"), "utf8"));
  config.emulators = {
    hosting: address(ports.page),
    functions: address(ports.functions),
    auth: address(ports.auth),
    tasks: address(ports.tasks),
    eventarc: address(ports.eventarc),
    hub: address(ports.hub),
    logging: address(ports.logging),
    ui: { enabled: false },
    singleProjectMode: true,
  };
  for (const { headers } of config.hosting.headers) {
    for (const header of headers) {
      if (header.key === "Content-Security-Policy")
        header.value = header.value.replace("connect-src 'self'", `connect-src 'self' ${LOCAL_SOURCES}`);
    }
  }
  const file = configFile(folder);
  writeFileSync(file, JSON.stringify(config, undefined, 2));
  return file;
}

/** An empty TMPDIR for the emulators of the platform in `folder`. The CLI leaves the sockets of its functions there when it ends. */
export function makeEmulatorsTemporary(folder: string): string {
  const path = temporaryOf(folder);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  return path;
}

/** Removes what the emulators of the platform in `folder` have outside of it. */
export function removeEmulatorsFiles(folder: string): void {
  rmSync(configFile(folder), { force: true });
  rmSync(temporaryOf(folder), { recursive: true, force: true });
}

/** Not below the platform's folder, and with a short name: the path of a Unix socket may not exceed 107 bytes (unix(7)). */
function temporaryOf(folder: string): string {
  return join(tmpdir(), `lc-${shortHash(folder)}`);
}

/** In the project's root, because the CLI resolves a configuration's paths from the folder that it is in. */
function configFile(folder: string): string {
  return join(root, `.firebase-${shortHash(folder)}.json`);
}

/** Folders of one name are in different places. */
const shortHash = (folder: string): string => hash("sha1", folder).slice(0, 8);

function address(port: number): { host: string; port: number } {
  return { host: "127.0.0.1", port };
}
