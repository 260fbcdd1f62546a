// What an SMS costs: GSM 03.38 packs 160 signs into one, anything else makes it UCS-2 with 70.

const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED = "^{}\\[~]|€";
const UNITS: ReadonlyMap<string, number> = new Map([
  ...[...BASIC].map((sign) => [sign, 1] as const),
  ...[...EXTENDED].map((sign) => [sign, 2] as const),
]);

/** Signs that mean the same to a reader. */
const LIKE: ReadonlyMap<string, string> = new Map([
  ...["‘", "’", "‚", "‛", "′", "`", "´"].map((sign) => [sign, "'"] as const),
  ...["“", "”", "„", "‟", "«", "»", "″"].map((sign) => [sign, '"'] as const),
  ...["‐", "‑", "‒", "–", "—", "−"].map((sign) => [sign, "-"] as const),
  ...["\u00a0", "\u2009", "\u202f", "\t"].map((sign) => [sign, " "] as const),
  ["…", "..."],
  ["ẞ", "ß"],
]);

/** The text with what GSM lacks replaced where something like it is there: "-" for "–", "s" for "š". */
export const asGsm = (text: string): string =>
  [...text.normalize("NFC")]
    .map((sign) => {
      if (UNITS.has(sign)) return sign;
      const like = LIKE.get(sign);
      if (like !== undefined) return like;
      const plain = sign.normalize("NFD").replace(/\p{M}/gu, "");
      return plain !== "" && [...plain].every((each) => UNITS.has(each)) ? plain : sign;
    })
    .join("");

export interface SmsSize {
  readonly isGsm: boolean;
  /** In septets, or in UTF-16 units where it is no GSM. */
  readonly units: number;
  /** How many SMS it takes; longer texts lose room to what holds the parts together. */
  readonly segments: number;
}

/** What a text takes. */
export function sizeOf(text: string): SmsSize {
  const signs = [...text];
  const isGsm = signs.every((sign) => UNITS.has(sign));
  const units = isGsm ? signs.reduce((sum, sign) => sum + (UNITS.get(sign) ?? 1), 0) : text.length;
  const [alone, part] = isGsm ? [160, 153] : [70, 67];
  return { isGsm, units, segments: units <= alone ? 1 : Math.ceil(units / part) };
}
