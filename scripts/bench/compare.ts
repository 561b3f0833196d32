import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem } from "../platform/problem.ts";
import { type Figure, formatValue, isHigherBetter, ratioOf } from "./figure.ts";
import { median } from "./timings.ts";

/** One figure of two checkouts. */
export interface Comparison {
  name: string;
  /** The median of the rounds: the ratio to the reference, or the value where there is none. */
  here: number;
  there: number;
  /** `here` divided by `there`. Above 1 is better, whatever the figure. */
  gain: number;
  unit: string;
}

/** A figure is worse when less than this is left of it. */
const WORSE_BELOW = 0.9;

/**
 * Runs a part here and in another checkout in turn, each with its own benchmark. The speed of a shared machine drifts by a third, so two
 * runs of different hours can't be compared.
 */
export async function comparePart(
  name: string,
  trees: { here: string; there: string },
  rounds: number,
): Promise<Comparison[]> {
  const here: Figure[][] = [];
  const there: Figure[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    here.push(await runPart(trees.here, name));
    there.push(await runPart(trees.there, name));
  }
  return compareFigures(here, there);
}

/** Compares the figures that both have. Each argument has the figures of each round. */
export function compareFigures(here: Figure[][], there: Figure[][]): Comparison[] {
  const ratios = (rounds: Figure[][], name: string) =>
    rounds.flat().flatMap((figure) => (figure.name === name ? [ratioOf(figure) ?? figure.value] : []));
  return (here[0] ?? []).flatMap((figure) => {
    const { name } = figure;
    const [ours, theirs] = [median(ratios(here, name)), median(ratios(there, name))];
    if (Number.isNaN(theirs)) return [];
    const gain = isHigherBetter(figure) ? ours / theirs : theirs / ours;
    const unit = figure.reference ? "x" : figure.unit;
    // Two zeros are equal, and have no quotient.
    return [{ name, here: ours, there: theirs, gain: ours === theirs ? 1 : gain, unit }];
  });
}

export const isWorse = ({ gain }: Comparison): boolean => gain < WORSE_BELOW;

export function formatComparison(comparison: Comparison): string {
  const { name, here, there, gain, unit } = comparison;
  const [ours, theirs] = [formatValue(here, unit), formatValue(there, unit)];
  return `${name}: ${ours} here, ${theirs} there, gain ${gain.toFixed(2)}${isWorse(comparison) ? " WORSE" : ""}`;
}

async function runPart(tree: string, name: string): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const file = join(folder, "figures.json");
    const command = [join(tree, "scripts/bootstrap.mjs"), "scripts/bench/run.ts", "--only", name, "--json", file];
    const child = spawn(process.execPath, command, { cwd: tree, stdio: ["ignore", "ignore", "inherit"] });
    const [code] = (await once(child, "exit")) as [number | null];
    // 1 is also for a missed target.
    if (code !== 0 && code !== 1) throw new Problem(`The benchmark in ${tree} ended with ${code}.`);
    return readFigures(file, tree);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readFigures(file: string, tree: string): Figure[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Figure[];
  } catch (error) {
    throw new Problem(`The benchmark in ${tree} wrote no figures. Does it know --json?`, { cause: error });
  }
}
