import { type Language, languageOf } from "../messages/templates/words.ts";

/** The language that a reader likes best of those that there are words in (RFC 9110 §12.5.4); null if none. */
export function languageAsked(request: Request): Language | null {
  const ranges = (request.headers.get("accept-language") ?? "").slice(0, 1000).split(",");
  const liked = ranges.flatMap((range) => {
    const [tag = "", ...parameters] = range.split(";").map((part) => part.trim());
    const weight = parameters.find((each) => each.startsWith("q="))?.slice(2) ?? "1";
    const language = languageOf(tag);
    return language && Number(weight) > 0 ? [{ language, weight: Number(weight) }] : [];
  });
  return liked.sort((a, b) => b.weight - a.weight)[0]?.language ?? null;
}
