// What comes along when Kalends is installed: every dependency at run time, theirs included, and its licence.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: unknown;
  readonly licenses?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export interface Licensed {
  readonly name: string;
  readonly version: string;
  /** As its package says (SPDX), "" where it says none. */
  readonly licence: string;
}

/** Licences under which it may be passed on with ours, ISC, as long as their texts come along. */
const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  // Of its own files only; we change none of them.
  "MPL-2.0",
  "PostgreSQL",
  "Unlicense",
]);

/** Whether an SPDX expression lets us: one of what is offered, all of what is joined. */
export const isAllowed = (licence: string): boolean =>
  licence
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((offer) => offer.split(" AND ").every((each) => ALLOWED.has(each.trim())));

/** Every package that is needed at run time, found as Node resolves it, from the root of a checkout. */
export function runtimePackages(root: string): Licensed[] {
  const found = new Map<string, Manifest>();
  const visit = (name: string, from: string, isOptional: boolean) => {
    const path = locate(name, from);
    if (path === null) {
      if (!isOptional) throw new Error(`Cannot find ${name}, which ${from} needs`);
      return;
    }
    if (found.has(path)) return;
    const manifest = read(path);
    found.set(path, manifest);
    const folder = dirname(path);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = manifest;
    for (const each of Object.keys(dependencies ?? {}))
      visit(each, folder, each in (optionalDependencies ?? {}));
    for (const each of Object.keys(optionalDependencies ?? {})) visit(each, folder, true);
    for (const each of Object.keys(peerDependencies ?? {}))
      if (!peerDependenciesMeta?.[each]?.optional) visit(each, folder, true);
  };
  for (const each of Object.keys(read(join(root, "package.json")).dependencies ?? {}))
    visit(each, root, false);
  return [...found.values()].map(({ name, version, license, licenses }) => ({
    name,
    version,
    licence: written(license ?? licenses),
  }));
}

const read = (path: string): Manifest => JSON.parse(readFileSync(path, "utf8"));

function locate(name: string, from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name, "package.json");
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return null;
  }
}

/** Old packages say it as an object, or as a list of what is offered. */
function written(licence: unknown): string {
  if (typeof licence === "string") return licence;
  if (Array.isArray(licence)) return licence.map(written).join(" OR ");
  return written((licence as { type?: unknown } | null | undefined)?.type ?? "");
}
