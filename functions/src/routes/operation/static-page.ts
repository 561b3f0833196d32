import { html } from "hono/html";

/** The headers of a page without scripts, which may be cached for five minutes. */
export const STATIC_PAGE_HEADERS = {
  "cache-control": "max-age=300",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
section { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding-top: 0.5rem; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { text-align: start; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; }
pre { overflow-x: auto; padding: 0.75rem; background: color-mix(in srgb, currentColor 8%, transparent); }
code { font-family: ui-monospace, monospace; }
`;

export type Html = ReturnType<typeof html>;

/** Plain text with `code` between backticks. */
export function text(plain: string): Html {
  const parts = plain.split("`").map((part, n) => (n % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
  return html`${parts}`;
}
