const kept = new Map<string, CSSStyleSheet>();

/** The one sheet of a style for all widgets of a page: constructed, so that no policy needs to allow inline styles. */
export function sheetOf(css: string): CSSStyleSheet {
  const known = kept.get(css);
  if (known) return known;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  kept.set(css, sheet);
  return sheet;
}
