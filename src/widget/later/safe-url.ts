// Addresses that others name, before anything goes there. Pure.

/** The address if it leads to a web page: never to a script, a file or another program. */
export function safeUrl(given: string | null, base: string): URL | null {
  if (given === null || given.trim() === "") return null;
  const url = URL.parse(given, base);
  return url && /^https?:$/.test(url.protocol) ? url : null;
}
