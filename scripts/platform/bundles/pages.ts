import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Marked } from "marked";
import { root } from "../paths.ts";

/** A page of the site. Its HTML names its script `/main.js` and its styles `/style.css`; the build puts the hashed names there. */
export interface Page {
  html: string;
  /** Its name in web/dist. */
  out: string;
  script: string;
  style: string;
}

export const PAGES: readonly Page[] = [
  { html: "web/demo/index.html", out: "index.html", script: "web/demo/main.ts", style: "web/demo/style.css" },
  {
    html: "web/console/index.html",
    out: "console.html",
    script: "web/console/main.ts",
    style: "web/console/style.css",
  },
];

/** Scripts that other sites load, by their name in web/dist, which never changes: their addresses are in the sites' HTML. */
export const FIXED_ENTRIES: Record<string, string> = { element: "web/element/standalone.ts" };

/** Where the hashed files are, below web/dist. A file there never changes, so browsers keep it for a year. */
export const ASSETS = "assets";

/** The runbooks that the console links to. */
export const RUNBOOKS = { source: "docs/operate.md", html: "web/console/runbooks.html", out: "runbooks.html" };

/**
 * A page's HTML with the hashed names.
 * @param hashedName the name below web/dist of what an entry became
 */
export function pageHtml({ html, script, style }: Page, hashedName: (entry: string) => string): string {
  return withNames(readFileSync(join(root, html), "utf8"), {
    "/main.js": `/${hashedName(script)}`,
    "/style.css": `/${hashedName(style)}`,
  });
}

/** docs/operate.md as a page. Each heading has its name as its id, as the alerts' links expect. */
export function runbooksHtml(hashedStyle: string): string {
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        const id = text
          .toLowerCase()
          .replaceAll(/[^\w -]/g, "")
          .replaceAll(" ", "-");
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      // It may be wider than a phone, so the keyboard must reach it.
      code: ({ text }) => `<pre tabindex="0"><code>${escaped(text)}</code></pre>\n`,
      // Other documents are not on the site.
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        return /^(#|https:)/.test(href) ? `<a href="${href}">${text}</a>` : text;
      },
    },
  });
  const text = readFileSync(join(root, RUNBOOKS.source), "utf8");
  const html = withNames(readFileSync(join(root, RUNBOOKS.html), "utf8"), { "/style.css": `/${hashedStyle}` });
  return html.replace("<!-- runbooks -->", () => marked.parse(text, { async: false }));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** @throws Error if the HTML does not use a name */
function withNames(html: string, names: Record<string, string>): string {
  return Object.entries(names).reduce((text, [name, hashed]) => {
    if (!text.includes(`"${name}"`)) throw new Error(`the page does not name ${name}`);
    return text.replaceAll(`"${name}"`, `"${hashed}"`);
  }, html);
}
