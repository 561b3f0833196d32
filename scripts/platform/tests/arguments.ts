import { Problem } from "../problem.ts";

export const PROJECTS = ["unit", "integration", "browser"] as const;

export type Project = (typeof PROJECTS)[number];

export interface TestArguments {
  projects: Project[];
  mysqlUrl: string | undefined;
  help: boolean;
  /** Everything that is not ours, in its order. */
  jest: string[];
}

/** Ours are --only, --mysql-url and --help, up to a `--`; all else is Jest's. */
export function parseTestArguments(args: string[]): TestArguments {
  const parsed: TestArguments = { projects: [], mysqlUrl: undefined, help: false, jest: [] };
  const left = args.values();
  for (const arg of left) {
    const [name, inline] = arg.split(/=(.*)/s);
    if (arg === "--") parsed.jest.push(...left);
    else if (arg === "--help") parsed.help = true;
    else if (name === "--only") parsed.projects.push(toProject(inline ?? next(left, arg)));
    else if (name === "--mysql-url") parsed.mysqlUrl = inline ?? next(left, arg);
    else parsed.jest.push(arg);
  }
  if (parsed.projects.length === 0) parsed.projects.push(...PROJECTS);
  return parsed;
}

function next(left: Iterator<string>, option: string): string {
  const { value, done } = left.next();
  if (done) throw new Problem(`${option} needs a value.`);
  return value;
}

function toProject(name: string): Project {
  const project = PROJECTS.find((known) => known === name);
  if (!project) throw new Problem(`--only is one of ${PROJECTS.join(", ")}, not ${name}.`);
  return project;
}
