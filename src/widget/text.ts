// Texts with values in them. Pure.

/** A text of its own for each plural category of the language (Unicode CLDR), `other` at least. */
export type Plural = Readonly<{ other: string } & Record<string, string>>;

/** "Show {month}" with its values, each of which keeps the direction that its own script has (Unicode UAX 9). */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return typeof value === "string" ? `\u2068${value}\u2069` : String(value);
  });

/** The text for so many; `n` is shown as the locale writes numbers. */
export const plural = (texts: Plural, n: number, locale: string): string =>
  fill(texts[new Intl.PluralRules(locale).select(n)] ?? texts.other, {
    n: new Intl.NumberFormat(locale).format(n),
  }).replace(/[\u2068\u2069]/g, "");
