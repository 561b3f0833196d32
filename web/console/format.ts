const number = new Intl.NumberFormat("en");

export const inNumbers = (value: number): string => number.format(value);

/** Milliseconds as a person reads them: `80 ms`, `1.2 s`. */
export function duration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return "–";
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  if (milliseconds < 3_600_000) return `${Math.round(milliseconds / 60_000)} min`;
  return `${(milliseconds / 3_600_000).toFixed(1)} h`;
}

const times = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** A time of the API in the reader's own time zone. */
export const time = (iso: string): string => times.format(new Date(iso));

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${inNumbers(count)} ${count === 1 ? one : many}`;
