import { expect, test } from "@jest/globals";
import { PROBLEMS } from "../../../functions/src/contract/problems.ts";
import { ALLOWANCES } from "../../../functions/src/limits/allowances.ts";
import { namesIn, readPage, rowsBelow } from "./pages.ts";

const PAGE = readPage("docs/integrate.md");

/** The codes in the table of problems, each after its status. */
function documentedProblems(page: string): string[] {
  const isCode = (name: string) => /^[a-z]+(_[a-z]+)*$/.test(name) && name !== "current";
  return rowsBelow(page, "Problems")
    .flatMap(([status = "", codes]) =>
      namesIn(codes)
        .filter(isCode)
        .map((code) => `${status} ${code}`),
    )
    .toSorted();
}

function problems(): string[] {
  return Object.entries(PROBLEMS)
    .map(([code, { status }]) => `${status} ${code}`)
    .toSorted();
}

/** The limits by their names in the page. */
const LIMITS = {
  reads: "read",
  writes: "write",
  "new videos": "new_video",
  registrations: "register",
  "sign-ins": "sign_in",
  refreshes: "refresh",
  "password changes": "password",
  "new sessions": "new_session",
  "sign-outs": "end_session",
} as const;

const PERIODS: Record<number, string> = { 60: "min", 900: "15 min", 3_600: "h", 86_400: "day" };

/** The allowances that the table of limits does not have, such as "reads user 600 / min". */
function missingAllowances(page: string): string[] {
  const rows = new Map(rowsBelow(page, "Limits").map(([label = "", ...cells]) => [label, cells]));
  return Object.entries(LIMITS).flatMap(([label, limit]) => {
    const [source, user, device, other = ""] = rows.get(label) ?? [];
    const moments: Record<string, { points: number; periodSeconds: number }>[] = Object.values(ALLOWANCES[limit]);
    return moments
      .flatMap(Object.entries<{ points: number; periodSeconds: number }>)
      .flatMap(([subject, { points, periodSeconds }]) => {
        const allowance = `${points.toLocaleString("en")} / ${PERIODS[periodSeconds]}`;
        const cell = { source, user, device }[subject] ?? other;
        return cell.includes(allowance) ? [] : [`${label} ${subject} ${allowance}`];
      });
  });
}

test("docs/integrate.md has every problem code beside its status, and no other", () => {
  expect(documentedProblems(PAGE)).toEqual(problems());
});

test("docs/integrate.md has every allowance", () => {
  expect(Object.values(LIMITS).toSorted()).toEqual(Object.keys(ALLOWANCES).toSorted());
  expect(missingAllowances(PAGE)).toEqual([]);
});

test("control: a missing code and a wrong allowance are noticed", () => {
  expect(documentedProblems(PAGE.replace("`not_found`", ""))).not.toEqual(problems());
  const wrong = PAGE.replace(/(\| reads +\| )1,200/, "$11,300");
  expect(missingAllowances(wrong)).toEqual(["reads source 1,200 / min"]);
});
