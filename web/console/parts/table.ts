import { type TemplateResult, html, nothing } from "lit";
import { inNumbers } from "../format.ts";

export interface Table {
  title: string;
  /** What is normal, in words. */
  normal?: string;
  empty: string;
  /** The head over buttons is empty. */
  heads: readonly string[];
  rows: readonly (readonly (TemplateResult | string | number)[])[];
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
  const cell = (content: TemplateResult | string | number) =>
    typeof content === "number" ? html`<td class="number">${inNumbers(content)}</td>` : html`<td>${content}</td>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${`${title}, table`}>
    <table>
      <thead>
        <tr>
          ${heads.map(head)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map(cell)}
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
