import { type TemplateResult, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { inNumbers } from "../format.ts";

type Cell = TemplateResult | string | number;

export interface Row {
  /** The same as long as the row is about the same: a button that has the focus stays with it when the table is read again. */
  key: string;
  cells: readonly Cell[];
}

export interface Table {
  title: string;
  /** What is normal, in words. */
  normal?: string;
  empty: string;
  /** The head over buttons is empty. */
  heads: readonly string[];
  rows: readonly Row[];
  /** The runbook's name if somebody must act. */
  act?: string | undefined;
}

/** The table's title links to the runbook if somebody must act. */
export function table({ title, normal, empty, heads, rows, act }: Table): TemplateResult {
  const isWide = rows.length > 0 && heads.length > 3;
  const classes = ["card", ...(isWide ? ["wide"] : []), ...(act === undefined ? [] : ["act"])].join(" ");
  return html`<section class=${classes} aria-label=${title}>
    <h2>${title} ${act === undefined ? nothing : runbook(act)}</h2>
    ${normal === undefined ? nothing : html`<p class="normal">Normal: ${normal}</p>`}
    ${rows.length === 0 ? html`<p class="empty">${empty}</p>` : rowsView(title, heads, rows)}
  </section>`;
}

function rowsView(title: string, heads: Table["heads"], rows: Table["rows"]): TemplateResult {
  const head = (text: string) =>
    html`<th scope="col">${text === "" ? html`<span class="unseen">Action</span>` : text}</th>`;
  const cell = (content: Cell) =>
    typeof content === "number" ? html`<td class="number">${inNumbers(content)}</td>` : html`<td>${content}</td>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${`${title}, table`}>
    <table>
      <thead>
        <tr>
          ${heads.map(head)}
        </tr>
      </thead>
      <tbody>
        ${repeat(
          rows,
          ({ key }) => key,
          ({ cells }) =>
            html`<tr>
              ${cells.map(cell)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What the alert of this name means, and what to do. */
export function runbook(alert: string): TemplateResult {
  return html`<a class="runbook" href=${`/console/runbooks#${alert}`}>Runbook: ${alert}</a>`;
}
