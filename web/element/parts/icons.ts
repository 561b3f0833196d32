import { html, type TemplateResult } from "lit/html.js";

const icon = (path: string): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d=${path} /></svg>`;

export const DOTS = icon(
  "M4 8.4a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 0 1 0-3.2zm6 0a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 0 1 0-3.2zm6 0a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 0 1 0-3.2z",
);
export const SEND = icon("M2.5 3.2l15 6.8l-15 6.8l1.9-6l7-.8l-7-.8z");
export const SHIELD = icon(
  "M10 1.8l6.6 2.4v5c0 4-2.6 7.2-6.6 9c-4-1.8-6.6-5-6.6-9v-5zm0 1.9L5.2 5.4v3.8c0 3 1.8 5.4 4.8 7z",
);
export const PEOPLE = icon(
  "M7 9.5a3 3 0 1 1 0-6a3 3 0 0 1 0 6zm6.5 0a2.5 2.5 0 1 1 0-5a2.5 2.5 0 0 1 0 5zM1.5 16c0-3 2.5-5 5.5-5s5.5 2 5.5 5zm12.3 0c0-1.9-.7-3.5-1.8-4.6c2.8-1 6.5.7 6.5 4.6z",
);
export const DOWN = icon("M10 14.5l-6-6l1.4-1.4l4.6 4.6l4.6-4.6l1.4 1.4z");
export const CROSS = icon("M5.3 4L10 8.7L14.7 4L16 5.3L11.3 10l4.7 4.7l-1.3 1.3L10 11.3L5.3 16L4 14.7L8.7 10L4 5.3z");
