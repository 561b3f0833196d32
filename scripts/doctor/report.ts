import type { Finding } from "./run.ts";

const MARKS = { ok: "ok     ", warning: "warning", error: "error  " } as const;

/** A line for each finding, and below a warning or an error its cure. */
export function linesOf(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ status, check, message, cure }) => [
    `${MARKS[status]}  ${check}: ${message}`,
    ...(cure === undefined ? [] : [`           -> ${cure}`]),
  ]);
}

/** "31 ok, 2 warnings, 1 error". */
export function totalsOf(findings: readonly Finding[]): string {
  const count = (status: string) => findings.filter((finding) => finding.status === status).length;
  const plural = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  return `${count("ok")} ok, ${plural(count("warning"), "warning")}, ${plural(count("error"), "error")}`;
}
