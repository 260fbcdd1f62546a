// The two programs as production starts them: each one file, parsed and compiled beforehand. What few requests need
// stays outside, in node_modules, and is loaded by the first of them as it is from the sources.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { BuildOutput, BunPlugin } from "bun";

const ROOT = join(import.meta.dir, "../..");
/** Where they are built. The paths in them are those of this checkout: they run where they were built. */
const PROGRAMS_FOLDER = join(ROOT, "dist/programs");
const ENTRIES = { api: "src/main.ts", worker: "worker/main.ts" } as const;
export type ProgramName = keyof typeof ENTRIES;
const STAMP = "built-from";
// All that a build depends on; packages by the lockfile.
const SOURCES = ["src", "worker", "sql/queries", "scripts/programs"];
const SINGLE_SOURCES = ["package.json", "tsconfig.json", "bun.lock"];

/** The file of a program in a folder of builds. */
export const programFile = (name: ProgramName, folder = PROGRAMS_FOLDER): string =>
  join(folder, `${name}.js`);

// Held all the same. Redis and metrics most have in production, from the start; queues the worker imports anyway, and
// there shall be one of each package.
const HELD: Readonly<Record<ProgramName, readonly string[]>> = {
  api: ["ioredis", "prom-client"],
  worker: ["ioredis", "prom-client", "bullmq", "pg"],
};

const loadedLater = (held: readonly string[]): BunPlugin => ({
  name: "loaded later",
  setup(build) {
    build.onResolve({ filter: /^[^./#]/ }, ({ kind, path }) =>
      kind === "dynamic-import" && !held.includes(path) ? { path, external: true } : undefined,
    );
  },
});

/** Builds both programs and puts them in their folder, whole or not at all. */
export async function buildPrograms(folder = PROGRAMS_FOLDER): Promise<void> {
  const stamp = sourcesHash();
  const fresh = `${folder}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  for (const name of Object.keys(ENTRIES) as ProgramName[]) await buildProgram(name, fresh);
  writeFileSync(join(fresh, STAMP), stamp);
  if (areProgramsFresh(folder)) return rmSync(fresh, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

/** Whether there are programs in the folder, built of the sources as they are now. */
export const areProgramsFresh = (folder = PROGRAMS_FOLDER): boolean =>
  existsSync(join(folder, STAMP)) && readFileSync(join(folder, STAMP), "utf8") === sourcesHash();

async function buildProgram(name: ProgramName, outdir: string): Promise<BuildOutput> {
  return Bun.build({
    entrypoints: [join(ROOT, ENTRIES[name])],
    outdir,
    naming: `${name}.[ext]`,
    target: "bun",
    // The only format that can be compiled beforehand without becoming an executable of 100 MB.
    format: "cjs",
    bytecode: true,
    // Names stay: errors, logs and profiles tell them.
    minify: { whitespace: true, syntax: true, identifiers: false },
    plugins: [loadedLater(HELD[name])],
  });
}

/** Of every file that goes into a build, and of the Bun that makes it: its bytecode is read by no other. */
function sourcesHash(): string {
  const hash = createHash("sha256").update(Bun.version);
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const file of [...files.sort(), ...SINGLE_SOURCES.map((each) => join(ROOT, each))])
    hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}
