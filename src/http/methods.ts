interface Route {
  readonly method: string;
  readonly path: string;
}

/** Tells the methods that a path of the app takes; HEAD goes with GET, OPTIONS with everything. */
export function methodsByPath(routes: () => readonly Route[]): (path: string) => Set<string> {
  let known: { method: string; pattern: RegExp }[] = [];
  return (path) => {
    // Features join after this is made: the list is read again until it no longer grows.
    const all = routes();
    if (known.length !== all.length)
      known = all.map((route) => ({ method: route.method, pattern: patternOf(route.path) }));
    const here = known
      .filter(({ method, pattern }) => method !== "OPTIONS" && pattern.test(path))
      .flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));
    return new Set(here.length > 0 ? [...here, "OPTIONS"] : []);
  };
}

/** For the header Allow. */
export const allowing = (methods: ReadonlySet<string>): string => [...methods].sort().join(", ");

/** "/users/:username" as a pattern; a trailing slash changes nothing. */
const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .replace(/\/$/, "")
      .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
      .replace(/:\w+/g, "[^/]+")
      .replace(/\*/g, ".*")}/?$`,
  );
