import { type Language, languageOf } from "../messages/templates/words.ts";

/** The language that a reader likes best of those that there are words in (RFC 9110 §12.5.4); null if none. */
export const languageAsked = (request: Request): Language | null =>
  firstLiked(request, languageOf)?.found ?? null;

/** The tag that a reader likes best of those in these languages ("de-AT" for "de"); null if none. */
export const tagAsked = (request: Request, languages: readonly string[]): string | null =>
  firstLiked(request, (tag) => {
    const language = tag.toLowerCase().split("-")[0] ?? "";
    return /^[a-z\d]{1,8}(-[a-z\d]{1,8})*$/i.test(tag) && languages.includes(language) ? tag : null;
  })?.found ?? null;

function firstLiked<T>(
  request: Request,
  find: (tag: string) => T | null,
): { found: T } | undefined {
  const ranges = (request.headers.get("accept-language") ?? "").slice(0, 1000).split(",");
  const liked = ranges.flatMap((range) => {
    const [tag = "", ...parameters] = range.split(";").map((part) => part.trim());
    const weight = parameters.find((each) => each.startsWith("q="))?.slice(2) ?? "1";
    const found = find(tag);
    return found !== null && Number(weight) > 0 ? [{ found, weight: Number(weight) }] : [];
  });
  return liked.sort((a, b) => b.weight - a.weight)[0];
}
