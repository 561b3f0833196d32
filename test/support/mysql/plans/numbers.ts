const DIGITS =
  "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";

/** SQL for a table with a column `n` of the numbers from 0 below `count`. */
export function numbers(count: number): string {
  const places = Math.max(1, Math.ceil(Math.log10(count)));
  const terms = Array.from({ length: places }, (_, n) => `t${n}.d * ${10 ** n}`).join(" + ");
  const tables = Array.from({ length: places }, (_, n) => `${DIGITS} AS t${n}`).join(" CROSS JOIN ");
  return `(SELECT n FROM (SELECT ${terms} AS n FROM ${tables}) AS powers WHERE n < ${count}) AS numbers`;
}

/** SQL for the id of number `n`, as `exampleId` makes it. */
export const idOf = (n: string) => {
  const hex = `LPAD(HEX(${n}), 32, '0')`;
  return `LOWER(CONCAT(SUBSTR(${hex}, 1, 8), '-', SUBSTR(${hex}, 9, 4), '-', SUBSTR(${hex}, 13, 4), '-', SUBSTR(${hex}, 17, 4), '-', SUBSTR(${hex}, 21)))`;
};

/** A UUID that is the number `n`. */
export const exampleId = (n: number) =>
  n
    .toString(16)
    .padStart(32, "0")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
