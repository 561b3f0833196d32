import { type TemplateResult, svg } from "lit";

const WIDTH = 96;
const HEIGHT = 24;

/** A small line without axes. The number beside it says what it is. */
export function sparkline(points: readonly number[]): TemplateResult {
  const highest = Math.max(1, ...points);
  const step = WIDTH / Math.max(1, points.length - 1);
  const place = (value: number, n: number) =>
    `${(n * step).toFixed(1)},${(HEIGHT - 2 - (value / highest) * (HEIGHT - 4)).toFixed(1)}`;
  const line = points.length < 2 ? [] : points.map(place);
  return svg`<svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT} aria-hidden="true">
    <polyline points=${line.join(" ")} />
  </svg>`;
}
