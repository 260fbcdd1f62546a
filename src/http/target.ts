export interface Target {
  readonly request: Request;
  readonly path: string;
}

/**
 * The request and its path, which the router will read the same way. Elysia takes for the path what
 * follows the first slash after the 11th character of the URL, so that by a Host of one letter, or
 * one with a slash in it, a path could pass here for another than there. Null: no URL at all.
 */
export function targetOf(request: Request): Target | null {
  const url = URL.parse(request.url);
  if (!url) return null;
  const path = url.pathname;
  if (pathForElysia(request.url) === path) return { request, path };
  const { method, headers, body, signal } = request;
  const plain = `http://localhost${path}${url.search}`;
  return { request: new Request(plain, { method, headers, body, signal }), path };
}

function pathForElysia(url: string): string {
  const start = url.indexOf("/", 11);
  const query = url.indexOf("?", start + 1);
  return query < 0 ? url.slice(start) : url.slice(start, query);
}
