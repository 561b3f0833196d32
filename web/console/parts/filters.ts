import { type TemplateResult, html } from "lit";
import { fieldText } from "./form.ts";
import type { Console } from "../console.ts";

export interface Filter {
  name: string;
  label: string;
  /** A list to choose from; without it, a text. */
  choices?: readonly (readonly [value: string, text: string])[];
  type?: "search" | "datetime-local";
}

/** A form whose fields become the address, so that what it finds can be sent to somebody. */
export function filterForm(store: Console, filters: readonly Filter[]): TemplateResult {
  const { place } = store;
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const values = filters.map(({ name }) => [name, fieldText(form, name).trim()] as const);
    store.go({ tab: place.tab, filters: Object.fromEntries(values.filter(([, value]) => value !== "")) });
  };
  return html`<form class="filters" role="search" @submit=${onSubmit}>
    ${filters.map((filter) => field(filter, place.filters[filter.name] ?? ""))}
    <button type="submit">Find</button>
  </form>`;
}

function field({ name, label, choices, type = "search" }: Filter, value: string): TemplateResult {
  if (!choices) {
    return html`<label
      >${label} <input name=${name} type=${type} .value=${value} autocomplete="off" spellcheck="false"
    /></label>`;
  }
  return html`<label>
    ${label}
    <select name=${name}>
      <option value="">Any</option>
      ${choices.map(([choice, text]) => html`<option value=${choice} ?selected=${choice === value}>${text}</option>`)}
    </select>
  </label>`;
}
