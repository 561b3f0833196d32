/** One measured value. */
export interface Figure {
  /** What was measured, and how. It is the same in every run, since runs are compared by it. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /**
   * The plainest way to do the same, measured in the same run. The ratio of the two travels between machines and hours; the value does
   * not.
   */
  readonly reference?: { readonly name: string; readonly value: number };
  /** The value divided by the reference's. Given when it was measured several times, as the median. */
  readonly ratio?: number;
  readonly target?: Target;
  /** Which value is the better one, where neither the target nor the unit tells it. */
  readonly better?: "higher" | "lower";
}

/** A limit for the value, for its ratio to the reference, or for its difference from it. */
export interface Target {
  readonly of: "value" | "ratio" | "difference";
  readonly atLeast?: number;
  readonly atMost?: number;
}

export function ratioOf({ ratio, value, reference }: Figure): number | undefined {
  return ratio ?? (reference && value / reference.value);
}

export function isTargetMet(figure: Figure): boolean {
  const { target } = figure;
  if (!target) return true;
  const measured = targeted(figure, target);
  return measured >= (target.atLeast ?? -Infinity) && measured <= (target.atMost ?? Infinity);
}

function targeted(figure: Figure, { of }: Target): number {
  if (of === "ratio") return ratioOf(figure) ?? NaN;
  if (of === "difference") return figure.value - (figure.reference?.value ?? NaN);
  return figure.value;
}

/**
 * Whether a higher value is the better one. If the figure has neither a target nor a direction, more per second is better and more of
 * anything else is worse.
 */
export function isHigherBetter({ target, better, unit }: Pick<Figure, "target" | "better" | "unit">): boolean {
  if (target) return target.atLeast !== undefined;
  if (better) return better === "higher";
  return unit.endsWith("/s");
}

/** A figure as one line of text. */
export function format(figure: Figure): string {
  const { name, value, unit, reference, target } = figure;
  const ratio = ratioOf(figure)?.toFixed(2);
  const beside = reference ? `, ${ratio} x ${reference.name} (${formatValue(reference.value, unit)})` : "";
  return `${name}: ${formatValue(value, unit)}${beside}${target ? `; ${formatTarget(figure, target)}` : ""}`;
}

export function formatValue(value: number, unit: string): string {
  const number = value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
  return unit.startsWith("/") || unit === "%" ? `${number}${unit}` : `${number} ${unit}`;
}

function formatTarget(figure: Figure, target: Target): string {
  const unit = target.of === "ratio" ? "x" : figure.unit;
  const limit =
    target.atLeast !== undefined ? `at least ${target.atLeast} ${unit}` : `at most ${target.atMost ?? NaN} ${unit}`;
  const over = target.of === "difference" ? " over the reference" : "";
  return `target ${limit}${over}${isTargetMet(figure) ? "" : ": MISSED"}`;
}
