const sheets = new Map<string, CSSStyleSheet>();

/** Adds stylesheets, given as texts, to a shadow root, once. They are constructed sheets, which no Content-Security-Policy refuses. */
export function addStyles(root: ShadowRoot, texts: readonly string[]): void {
  const added = texts.map(sheetOf).filter((sheet) => !root.adoptedStyleSheets.includes(sheet));
  root.adoptedStyleSheets.push(...added);
}

function sheetOf(text: string): CSSStyleSheet {
  let sheet = sheets.get(text);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    sheets.set(text, sheet);
  }
  return sheet;
}
