import { createRequire } from "node:module";
import { messageOf } from "../platform/problem.ts";
import type { Surroundings } from "./surroundings.ts";

interface UserEnvs {
  functionsSource: string;
  projectDir: string;
  projectId: string;
}

/** The Firebase CLI's own reader of `.env` and `.env.PROJECT`. */
const { loadUserEnvs } = createRequire(import.meta.url)("firebase-tools/lib/functions/env.js") as {
  loadUserEnvs: (options: UserEnvs) => Record<string, string>;
};

/** What a deployment of the project reads from `.env`. An empty value counts as none, as for the functions. */
export function readSettings(root: string, projectId: string): Pick<Surroundings, "settings" | "settingsProblem"> {
  try {
    const given = loadUserEnvs({ functionsSource: root, projectDir: root, projectId });
    const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
    return { settings, settingsProblem: undefined };
  } catch (error) {
    const { children = [] } = error as { children?: unknown[] };
    return { settings: {}, settingsProblem: [error, ...children].map(messageOf).join(" ") };
  }
}
