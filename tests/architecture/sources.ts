// The sources as the guards of the house read them.
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const ROOT = join(import.meta.dir, "../..");

export interface Source {
  /** From the root of the repository: "src/app.ts". */
  readonly path: string;
  readonly lines: number;
  /** Without comments and types. */
  readonly code: string;
  /** What it imports: files from the root, packages by name; types too. */
  readonly imports: readonly string[];
  /** What of it is there when the program runs: no types. */
  readonly loads: readonly string[];
}

const transpiler = new Bun.Transpiler({ loader: "ts", target: "bun" });

export const source = (path: string, text: string): Source => ({
  path,
  lines: text.split("\n").length - 1,
  code: transpiler.transformSync(text),
  loads: transpiler.scanImports(text).map((each) => target(path, each.path)),
  imports: [...text.matchAll(IMPORTS)].map((match) => target(path, match[1] ?? match[2] ?? "")),
});

// Formatted by Biome, so a statement begins its line.
const IMPORTS = /^(?:import|export)\s(?:[^"';]*?\sfrom\s+)?"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm;

const target = (from: string, specifier: string): string =>
  specifier.startsWith(".") ? normalize(join(dirname(from), specifier)) : specifier;

/** Every TypeScript file of src and worker. */
export const sources = (): Source[] =>
  [...new Bun.Glob("{src,worker}/**/*.ts").scanSync(ROOT)]
    .filter((path) => !path.endsWith(".d.ts"))
    .sort()
    .map((path) => source(path, readFileSync(join(ROOT, path), "utf8")));

/** Each circle in which files load one another, as the files on it. */
export function circles(all: readonly Source[]): string[][] {
  const byPath = new Map(all.map((each) => [each.path, each]));
  const done = new Set<string>();
  const found: string[][] = [];
  const walk = (path: string, trail: readonly string[]) => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path]);
    if (at >= 0 || done.has(path)) return;
    for (const next of byPath.get(path)?.loads ?? [])
      if (byPath.has(next)) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of all) walk(path, []);
  return found;
}
