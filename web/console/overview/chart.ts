import { type ElementPart, html, noChange, nothing } from "lit";
import { AsyncDirective, directive } from "lit/async-directive.js";
import uPlot from "uplot";
import type { Overview } from "../../src/index.ts";
import { duration } from "../format.ts";

type Minutes = Overview["latency"]["minutes"];

const HEIGHT = 200;
const MINUTES = 60;

/** Draws the chart into its element, and follows its width. */
class ChartDirective extends AsyncDirective {
  #plot: uPlot | undefined;
  #observer: ResizeObserver | undefined;
  /** Aborted when the chart leaves the page. */
  #leaving = new AbortController();

  render(_minutes: Minutes, _now: string): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [minutes, now]: [Minutes, string]): typeof noChange {
    const { element } = part;
    if (element instanceof HTMLElement) {
      this.#plot ??= this.#create(element);
      this.#plot.setData(dataOf(minutes, now));
    }
    return noChange;
  }

  override disconnected(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.#observer?.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #create(element: HTMLElement): uPlot {
    const plot = new uPlot(optionsFor(element), [[], [], []], element);
    this.#observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    this.#observer.observe(element);
    // The colours are of the theme, and a canvas does not follow it.
    const { signal } = this.#leaving;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot.redraw(false), { signal });
    return plot;
  }
}

const chart = directive(ChartDirective);

/** p50 and p95 of each minute of the last hour; those of the whole hour in a sentence for who cannot see it. */
export function latencyChart({ latency, at }: Overview) {
  const { minutes } = latency;
  return html`<figure>
    <figcaption>
      <h2>Sync latency, the last hour</h2>
      <span class="legend"><i class="p50"></i> p50 <i class="p95"></i> p95</span>
      <span class="muted">Normal: p50 under 200 ms, p95 under 1 s</span>
    </figcaption>
    <div class="chart" aria-hidden="true" ${chart(minutes, at)}></div>
    ${minutes.length === 0 ? html`<p class="empty">No change reached the Realtime Database in the last hour.</p>` : nothing}
    <p class="unseen">
      p50 ${duration(latency.p50_ms)}, p95 ${duration(latency.p95_ms)} over ${latency.count} changes in the last hour.
    </p>
  </figure>`;
}

/** A point for each minute, so that one without changes is a gap. */
function dataOf(minutes: Minutes, now: string): uPlot.AlignedData {
  const last = Math.floor(Date.parse(now) / 60_000) * 60;
  const times = Array.from({ length: MINUTES }, (_, n) => last - 60 * (MINUTES - 1 - n));
  const byTime = new Map(minutes.map((minute) => [Date.parse(minute.at) / 1_000, minute]));
  return [
    times,
    times.map((time) => byTime.get(time)?.p50_ms ?? null),
    times.map((time) => byTime.get(time)?.p95_ms ?? null),
  ];
}

function optionsFor(element: HTMLElement): uPlot.Options {
  const colour = (name: string) => () => getComputedStyle(element).getPropertyValue(name).trim();
  const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
  const series = (label: string, name: string): uPlot.Series => ({
    label,
    stroke: colour(name),
    width: 2,
    points: { show: true, size: 5, stroke: colour(name), fill: colour(name) },
  });
  return {
    width: Math.max(200, element.clientWidth),
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(100, (max || 0) * 1.1)] } },
    axes: [
      { ...axis, size: 28, values: (_plot, values) => values.map((seconds) => hourAndMinute(seconds)) },
      { ...axis, size: 64, values: (_plot, values) => values.map((value) => duration(value)) },
    ],
    series: [{}, series("p50", "--p50"), series("p95", "--p95")],
  };
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const hourAndMinute = (seconds: number): string => clock.format(new Date(seconds * 1_000));
