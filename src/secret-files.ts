// Secrets that an orchestrator lays down as files (Docker's and Kubernetes' way), so that no process listing,
// `docker inspect` or crash report of the environment shows them.
import { readFileSync } from "node:fs";

export type Environment = Readonly<Record<string, string | undefined>>;

interface FromFiles {
  /** By the name of the setting, as the file has it. */
  readonly values: ReadonlyMap<string, string>;
  /** What is wrong, by the name of the variable that is. Tells the place of a file, never what it says. */
  readonly wrong: ReadonlyMap<string, string>;
}

/** More than any secret has: whoever names a device or a log by mistake is told so. */
const MOST_BYTES = 64 * 1024;

/** The settings of these names that NAME_FILE names a file for. */
export function readFiles(env: Environment, names: readonly string[]): FromFiles {
  const values = new Map<string, string>();
  const wrong = new Map<string, string>();
  for (const name of names) {
    const path = env[`${name}_FILE`]?.trim();
    if (!path) continue;
    if (env[name]?.trim()) {
      wrong.set(`${name}_FILE`, `cannot be used together with ${name}: leave one of them out`);
      continue;
    }
    const read = textOf(path);
    if ("why" in read) wrong.set(`${name}_FILE`, `names ${path}, which ${read.why}`);
    else values.set(name, read.text);
  }
  return { values, wrong };
}

function textOf(path: string): { text: string } | { why: string } {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > MOST_BYTES) return { why: "is too large for a secret" };
    const text = bytes.toString("utf8").trim();
    return text === "" ? { why: "is empty" } : { text };
  } catch (error) {
    return { why: REASONS[(error as { code?: string }).code ?? ""] ?? "cannot be read" };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  EACCES: "this user may not read",
  EPERM: "this user may not read",
  EISDIR: "is a folder",
};
