// Which language and habits the reader has. Pure.

/** The tag that dates and numbers are written by: the reader's own variety of the language, where he has one. */
export function localeFor(lang: string, preferred: readonly string[]): string {
  const language = primary(lang);
  if (lang !== language && isTag(lang)) return lang;
  return preferred.find((tag) => primary(tag) === language && isTag(tag)) ?? language;
}

/** "de" of "de-AT". */
export const primary = (tag: string): string => tag.toLowerCase().split(/[-_]/)[0] || "en";

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

// Of browsers that do not know (Firefox): where weeks begin on Sunday, and on Saturday (Unicode CLDR 46).
const SUNDAY =
  "AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW";
const SATURDAY = "AE AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY";

interface WeekInfo {
  readonly firstDay: number;
}

/** The weekday that weeks begin with; 1 is Monday, 7 is Sunday. */
export function firstDayOf(tag: string): number {
  const locale = new Intl.Locale(tag) as Intl.Locale & {
    getWeekInfo?: () => WeekInfo;
    weekInfo?: WeekInfo;
  };
  const known = locale.getWeekInfo?.() ?? locale.weekInfo;
  if (known) return known.firstDay;
  const region = locale.maximize().region ?? "";
  if (SUNDAY.includes(region)) return 7;
  return SATURDAY.includes(region) ? 6 : 1;
}

export const isRtl = (tag: string): boolean =>
  /^(ar|arc|ckb|dv|fa|he|ks|ps|sd|ug|ur|yi)$/.test(primary(tag));
