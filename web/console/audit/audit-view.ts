import { type TemplateResult, html, nothing } from "lit";
import { AUDIT_RETENTION_DAYS } from "../../../functions/src/contract/limits.ts";
import { AUDIT_ACTIONS } from "../../../functions/src/contract/operation.ts";
import type { AuditEntry } from "../../src/index.ts";
import { time } from "../format.ts";
import { filterForm } from "../parts/filters.ts";
import { type Row, table } from "../parts/table.ts";
import { addressOf } from "../router.ts";
import type { AuditTab } from "./audit-tab.ts";

const FILTERS = [
  { name: "action", label: "Action", choices: AUDIT_ACTIONS.map((action) => [action, action] as const) },
  { name: "actor_id", label: "By user (id)" },
  { name: "target_id", label: "On (id)" },
  { name: "from", label: "From", type: "datetime-local" },
  { name: "to", label: "Before", type: "datetime-local" },
] as const;

export function auditView(tab: AuditTab): TemplateResult {
  return html`
    ${filterForm(tab.store, FILTERS)}
    ${table({
      title: "Audit log",
      empty: tab.isLoaded ? "No entry is found." : "Loading …",
      heads: ["When", "Action", "By", "On", "From address", "Details"],
      rows: tab.entries.map(rowOf),
    })}
    ${
      tab.cursor === null
        ? nothing
        : html`<button type="button" class="quiet" @click=${() => void tab.store.run(() => tab.loadMore())}>
            Older entries
          </button>`
    }
    <p class="muted">
      Entries are kept for ${AUDIT_RETENTION_DAYS} days. The newest come first. Times are in your time zone.
    </p>
  `;
}

function rowOf({ id, at, action, actor_id, target, address, details }: AuditEntry): Row {
  const cells = [
    time(at),
    html`<code>${action}</code>`,
    actor_id === null ? "–" : idLink("actor_id", actor_id),
    html`${target.type} ${target.id === null ? nothing : idLink("target_id", target.id)}`,
    address ?? "–",
    html`<span class="details">${describe(details)}</span>`,
  ];
  return { key: id, cells };
}

/** All entries by this actor, or on this target. */
function idLink(filter: "actor_id" | "target_id", id: string): TemplateResult {
  const short = id.length > 20 ? `${id.slice(0, 8)}…` : id;
  return html`<a href=${addressOf({ tab: "audit", filters: { [filter]: id } })} title=${id}><code>${short}</code></a>`;
}

function describe(details: Record<string, unknown>): string {
  return Object.entries(details)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ");
}
