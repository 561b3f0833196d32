import { expect, test } from "@jest/globals";
import { PROBLEMS } from "../../../functions/src/contract/problems.ts";
import { ALLOWANCES } from "../../../functions/src/limits/allowances.ts";
import { namesIn, readPage, rowsBelow } from "./pages.ts";

const PAGE = readPage("docs/integrate.md");

test("docs/integrate.md has every problem code beside its status", () => {
  const documented = rowsBelow(PAGE, "Problems").flatMap(([status = "", codes]) =>
    namesIn(codes)
      .filter((code) => /^[a-z]+(_[a-z]+)*$/.test(code) && code !== "current")
      .map((code) => `${status} ${code}`),
  );
  const codes = Object.entries(PROBLEMS).map(([code, { status }]) => `${status} ${code}`);
  expect(documented.toSorted()).toEqual(codes.toSorted());
});

const ROWS = {
  reads: "read",
  writes: "write",
  registrations: "register",
  "sign-ins": "sign_in",
  refreshes: "refresh",
  "password changes": "password",
} as const;

const PERIODS: Record<number, string> = { 60: "min", 900: "15 min", 3_600: "h" };

test("docs/integrate.md has every allowance", () => {
  const rows = rowsBelow(PAGE, "Limits");
  expect(rows.map(([label]) => label)).toEqual(Object.keys(ROWS));
  for (const [label = "", source, user, device, other = ""] of rows) {
    const allowances = Object.entries(ALLOWANCES[ROWS[label as keyof typeof ROWS]]);
    for (const [subject, { points, periodSeconds }] of allowances) {
      const expected = `${points.toLocaleString("en")} / ${PERIODS[periodSeconds]}`;
      const cell = { source, user, device }[subject] ?? other;
      expect({ label, subject, cell }).toEqual({ label, subject, cell: expect.stringContaining(expected) });
    }
  }
});
