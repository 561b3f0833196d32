import { Problem } from "../problem.ts";

/** What `npm test` runs. */
const DEFAULT_PROJECTS = ["unit", "integration", "browser"] as const;
/**
 * What takes minutes, and CI runs: `pages` uses the element, its site and the console in every state; `platform` starts and kills servers
 * and whole platforms of its own.
 */
export const PROJECTS = [...DEFAULT_PROJECTS, "pages", "platform"] as const;

export type Project = (typeof PROJECTS)[number];

export interface TestArguments {
  projects: Project[];
  mysqlUrl: string | undefined;
  help: boolean;
  /** All other arguments, in their order. */
  jestArgs: string[];
}

/** Takes out our own options (--only, --mysql-url, --help) up to a `--`. Everything else is for Jest. */
export function parseTestArguments(args: string[]): TestArguments {
  const parsed: TestArguments = { projects: [], mysqlUrl: undefined, help: false, jestArgs: [] };
  const remaining = args.values();
  for (const arg of remaining) {
    const [name, inlineValue] = arg.split(/=(.*)/s);
    if (arg === "--") parsed.jestArgs.push(...remaining);
    else if (arg === "--help") parsed.help = true;
    else if (name === "--only") parsed.projects.push(toProject(inlineValue ?? nextValue(remaining, arg)));
    else if (name === "--mysql-url") parsed.mysqlUrl = inlineValue ?? nextValue(remaining, arg);
    else parsed.jestArgs.push(arg);
  }
  if (parsed.projects.length === 0) parsed.projects.push(...DEFAULT_PROJECTS);
  return parsed;
}

function nextValue(remaining: Iterator<string>, option: string): string {
  const { value, done } = remaining.next();
  if (done) throw new Problem(`${option} needs a value.`);
  return value;
}

function toProject(name: string): Project {
  const project = PROJECTS.find((known) => known === name);
  if (!project) throw new Problem(`--only is one of ${PROJECTS.join(", ")}, not ${name}.`);
  return project;
}
