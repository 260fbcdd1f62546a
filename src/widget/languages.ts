// Languages beside English, loaded when a reader has one of them.
import { primary } from "./locale.ts";
import { type Language, type Words, wordsOf } from "./words.ts";

/** Put in by the build: the file of each language and its hash (W3C Subresource Integrity). */
declare const KALENDS_LANGUAGES: Readonly<Record<string, { path: string; integrity: string }>>;

const known = typeof KALENDS_LANGUAGES === "undefined" ? {} : KALENDS_LANGUAGES;

/** Which of the reader's languages there are words in. */
export const languageOf = (tags: readonly string[]): string =>
  tags.map(primary).find((tag) => tag === "en" || tag in known) ?? "en";

/** The words of a language; null where English serves, or they cannot be had. */
export async function loadWords(
  language: string,
  server: string,
  stop: AbortSignal,
): Promise<Words | null> {
  const file = known[language];
  if (!file) return null;
  try {
    const url = new URL(file.path, server);
    const answer = await fetch(url, {
      integrity: file.integrity,
      credentials: "omit",
      signal: stop,
    });
    return answer.ok ? wordsOf((await answer.json()) as Language) : null;
  } catch {
    return null;
  }
}
