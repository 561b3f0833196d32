import { type TemplateResult, html, nothing } from "lit";
import type { Overview } from "../../src/index.ts";
import { duration, time } from "../format.ts";
import { fieldText } from "../parts/form.ts";
import { onFirstClick } from "../../element/parts/first-click.ts";
import { runbook, table } from "../parts/table.ts";
import { latencyChart } from "./chart.ts";
import { type Figure, LATE_SECONDS, figuresOf } from "./figures.ts";
import type { OverviewTab } from "./overview-tab.ts";
import { sparkline } from "./sparkline.ts";

export function overviewView(tab: OverviewTab): TemplateResult {
  const { data, problem, samples } = tab;
  if (!data) return problem === "" ? skeleton() : html`<p class="message problem" role="alert">${problem}</p>`;
  return html`
    ${problem === "" ? nothing : html`<p class="message problem" role="alert">${problem} This is the state of ${time(data.at)}.</p>`}
    <section class="figures" aria-label="At a glance">${figuresOf(data, samples).map(figureView)}</section>
    ${dependencies(data)} ${latencyChart(data)}
    <div class="columns">
      ${behind(tab, data)} ${quarantinedTable(tab)} ${counted("Drift", data.drift, "nothing", "drift")}
      ${counted("Alerts sent", data.alerts, "none", undefined)}
      ${counted("Limits hit", data.limits_hit, "a few: people who type fast, and bots", undefined)}
      ${counted("Failures", data.failures, "none; some while something restarts", undefined)} ${largest(data)}
    </div>
    ${repairForm(tab)}
    <p class="muted">
      As of ${time(data.at)}. Counts are of the last hour and may be 15 s old. It is read again every 10 s.
    </p>
  `;
}

function skeleton(): TemplateResult {
  return html`<p class="muted" role="status">Loading …</p>
    <section class="figures" aria-hidden="true">
      ${[1, 2, 3, 4].map(() => html`<div class="figure skeleton"></div>`)}
    </section>`;
}

function figureView({ name, value, detail, normal, act, points }: Figure): TemplateResult {
  return html`<div class=${act === undefined ? "figure" : "figure act"}>
    <h2>${name}</h2>
    <p class="value">${value} ${sparkline(points)}</p>
    <p class="muted">${detail}</p>
    <p class="normal">Normal: ${normal} ${act === undefined ? nothing : runbook(act)}</p>
  </div>`;
}

const NAMES: Record<string, { name: string; alert: string }> = {
  mysql: { name: "MySQL", alert: "mysql" },
  realtime_database: { name: "Realtime Database", alert: "breaker" },
  redis: { name: "Redis", alert: "redis" },
  mysql_replicas: { name: "Replica", alert: "replicas" },
};

function dependencies({ dependencies: states }: Overview): TemplateResult {
  const all = Object.entries(states).flatMap(([key, state]) => {
    const { name, alert } = NAMES[key] ?? { name: key, alert: key };
    const list = Array.isArray(state) ? state : [state];
    return list.map((one, n) => ({ name: list.length > 1 ? `${name} ${n + 1}` : name, alert, isAway: one !== "ok" }));
  });
  return html`<ul class="dependencies" aria-label="What this instance reaches now">
    ${all.map(
      ({ name, alert, isAway }) =>
        html`<li class=${isAway ? "away" : "ok"}>${name} ${isAway ? html`is away ${runbook(alert)}` : "answers"}</li>`,
    )}
  </ul>`;
}

function behind({ repair }: OverviewTab, { sync }: Overview): TemplateResult {
  return table({
    title: "Videos behind",
    normal: "none for longer than seconds",
    empty: "Every mirror is up to date.",
    heads: ["Video", "Changes", "Oldest", ""],
    rows: sync.behind.map(({ id, seq, applied_seq, seconds }) => ({
      key: id,
      cells: [
        html`<code>${id}</code>`,
        seq - applied_seq,
        seconds > LATE_SECONDS
          ? html`<strong class="red">${duration(seconds * 1_000)}</strong>`
          : duration(seconds * 1_000),
        action("Rebuild", id, repair.isRunning, () => repair.rebuild(id)),
      ],
    })),
  });
}

function quarantinedTable({ repair, quarantined }: OverviewTab): TemplateResult {
  return table({
    title: "Quarantined",
    normal: "none",
    empty: "The Realtime Database accepts every comment.",
    heads: ["Video", "Comment", "Since", "Why", ""],
    rows: quarantined.map(({ video_id, comment_id, quarantined_at, reason }) => ({
      key: comment_id,
      cells: [
        html`<code>${video_id}</code>`,
        html`<code>${comment_id.slice(0, 8)}…</code>`,
        time(quarantined_at),
        html`<span class="reason">${reason}</span>`,
        action("Retry", video_id, repair.isRunning, () => repair.retry(video_id)),
      ],
    })),
  });
}

function counted(title: string, counts: Overview["drift"], normal: string, alert: string | undefined): TemplateResult {
  return table({
    title,
    normal,
    empty: "None in the last hour.",
    heads: ["What", "Count"],
    // An alert has the name of its runbook.
    rows: counts.map(({ label, count }) => ({
      key: label,
      cells: [html`${label} ${title === "Alerts sent" ? runbook(label) : nothing}`, count],
    })),
    act: counts.length > 0 ? alert : undefined,
  });
}

function largest({ audience }: Overview): TemplateResult {
  return table({
    title: "Most watched",
    normal: "any",
    empty: "Nobody watches.",
    heads: ["Video", "Viewers"],
    rows: audience.largest.map(({ video_id, viewers }) => ({
      key: video_id,
      cells: [html`<code>${video_id}</code>`, viewers],
    })),
  });
}

function action(name: string, of: string, isDisabled: boolean, run: () => Promise<void>): TemplateResult {
  const onClick = onFirstClick(() => void run());
  return html`<button
    type="button"
    class="quiet small"
    aria-label=${`${name} ${of}`}
    ?disabled=${isDisabled}
    @click=${onClick}
  >
    ${name}
  </button>`;
}

function repairForm({ repair }: OverviewTab): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const id = fieldText(form, "video").trim();
    const isRebuild = event.submitter instanceof HTMLButtonElement && event.submitter.value === "rebuild";
    if (id !== "") void (isRebuild ? repair.rebuild(id) : repair.compareVideo(id));
  };
  const { isRunning } = repair;
  return html`<section class="repair" aria-labelledby="repair">
    <h2 id="repair">Repair</h2>
    <p class="muted">
      Every minute, the 100 videos that were compared longest ago are compared by themselves. Use these when somebody
      reports that a video looks wrong. Both are safe to repeat and take nothing from viewers.
    </p>
    <form @submit=${submit}>
      <label>Video <input name="video" autocomplete="off" spellcheck="false" required /></label>
      <button type="submit" value="compare" ?disabled=${isRunning}>Compare and repair</button>
      <button type="submit" value="rebuild" class="quiet" ?disabled=${isRunning}>Rebuild</button>
    </form>
    <div class="actions">
      <button type="button" class="quiet" ?disabled=${isRunning} @click=${() => void repair.compareAll("videos")}>
        Compare all videos
      </button>
      <button type="button" class="quiet" ?disabled=${isRunning} @click=${() => void repair.compareAll("users")}>
        Compare all users
      </button>
      <span class="progress" role="status">${repair.progress}</span>
      <button type="button" class="quiet" ?hidden=${!isRunning} @click=${() => repair.stop()}>Stop</button>
    </div>
  </section>`;
}
