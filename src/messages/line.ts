// Text of people, made fit for one line: a subject, a name in a calendar file.

/** One line of at most max characters: no control or direction signs, blanks collapsed. */
export function oneLine(text: string, max: number): string {
  const line = text.replace(UNSEEN, " ").replace(/\s+/gu, " ").trim();
  const characters = [...line];
  if (characters.length <= max) return line;
  return `${characters
    .slice(0, max - 1)
    .join("")
    .trimEnd()}…`;
}

/** The text with "\n" for line ends and without other control characters. */
export const severalLines = (text: string): string =>
  text.replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(UNSEEN_BUT_NEWLINES, "");

// Direction overrides can make "gpj.exe" read "exe.jpg"; lone surrogates are no characters at all.
const UNSEEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;
const UNSEEN_BUT_NEWLINES = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;
