import { html, type TemplateResult } from "lit/html.js";

const icon = (path: string): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d=${path} /></svg>`;

export const DOTS = icon(
  "M4 8.4a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 0 1 0-3.2zm6 0a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 0 1 0-3.2zm6 0a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 0 1 0-3.2z",
);
export const SEND = icon("M2.5 3.2l15 6.8l-15 6.8l1.9-6l7-.8l-7-.8z");
export const SHIELD = icon(
  "M10 1.8l6.6 2.4v5c0 4-2.6 7.2-6.6 9c-4-1.8-6.6-5-6.6-9v-5zm0 1.9L5.2 5.4v3.8c0 3 1.8 5.400 4.8 7z",
);
export const PEOPLE = icon(
  "M7 9.500a3 3 0 1 1 0-6a3 3 0 0 1 0 6zm6.500 0a2.500 2.500 0 1 1 0-5a2.500 2.500 0 0 1 0 5zM1.500 16c0-3 2.500-5 5.500-5s5.500 2 5.500 5zm12.300 0c0-1.900-.7-3.500-1.800-4.600c2.800-1 6.500.700 6.500 4.600z",
);
export const DOWN = icon("M10 14.500l-6-6l1.400-1.400l4.600 4.600l4.600-4.600l1.400 1.400z");
export const CROSS = icon(
  "M5.300 4L10 8.700L14.700 4L16 5.300L11.300 10l4.700 4.700l-1.300 1.300L10 11.300L5.300 16L4 14.700L8.700 10L4 5.300z",
);
