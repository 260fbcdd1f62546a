// The Dockerfile without Docker: its stages in folders, its commands run by sh, with the files that it copies and no others.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ROOT, textOf } from "./files.ts";

const WORKDIR = "/app";
// They say who runs it and where it listens: nothing of that is a file.
const SILENT = new Set(["USER", "EXPOSE"]);

export interface Image {
  /** What is its /app. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** The command of the Dockerfile, and the one that says whether it is well. */
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  [Symbol.dispose](): void;
}

interface Stage {
  readonly name: string;
  readonly folder: string;
  readonly env: Record<string, string>;
  command: string[];
  healthcheck: string[];
}

/** Builds the last stage. An Error for an instruction that is not known here, and for a command that fails. */
export async function buildImage(): Promise<Image> {
  const home = mkdtempSync(join(tmpdir(), "kalends-image-"));
  const bin = join(home, "bin");
  mkdirSync(bin);
  // What the base image has of its own: Bun alone.
  symlinkSync(process.execPath, join(bin, "bun"));
  const base = { PATH: `${bin}:/usr/bin:/bin`, HOME: process.env["HOME"] ?? home };
  const stages: Stage[] = [];
  for (const [word, rest] of instructions(textOf("Dockerfile"))) {
    const stage = stages.at(-1);
    if (word === "FROM") {
      const name = / AS (\w+)$/.exec(rest)?.[1] ?? String(stages.length);
      const folder = join(home, name);
      mkdirSync(folder);
      stages.push({ name, folder, env: { ...base }, command: [], healthcheck: [] });
    } else if (!stage || !(await follow(stage, stages, word, rest)))
      throw new Error(`Cannot follow ${word} ${rest}`);
  }
  const last = stages.at(-1);
  if (!last) throw new Error("No stage");
  return { ...last, [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }) };
}

async function follow(
  stage: Stage,
  stages: readonly Stage[],
  word: string,
  rest: string,
): Promise<boolean> {
  if (SILENT.has(word)) return true;
  if (word === "WORKDIR") return rest === WORKDIR;
  if (word === "ENV") for (const [name, value] of pairs(rest)) stage.env[name] = value;
  else if (word === "COPY") copy(stage, stages, rest);
  else if (word === "RUN") await run(stage, rest);
  else if (word === "CMD") stage.command = JSON.parse(rest);
  else if (word === "HEALTHCHECK")
    stage.healthcheck = JSON.parse(/ CMD (.*)$/.exec(rest)?.[1] ?? "");
  else return false;
  return true;
}

/** Words and what follows them; lines that end in a backslash go on, comments say nothing. */
const instructions = (dockerfile: string): [word: string, rest: string][] =>
  dockerfile
    .replace(/^#.*\n/gm, "")
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]);

const pairs = (text: string): [string, string][] =>
  text.split(" ").map((each) => {
    const [name = "", value = ""] = each.split("=");
    return [name, value];
  });

function copy(stage: Stage, stages: readonly Stage[], rest: string): void {
  const words = rest.split(" ");
  const from = words[0]?.startsWith("--from=") ? words.shift()?.slice("--from=".length) : null;
  const target = words.pop() ?? "";
  for (const source of words) {
    const to = join(stage.folder, target, target.endsWith("/") ? basename(source) : "");
    cpSync(from ? inStage(stages, from, source) : inContext(source), to, {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
}

function inStage(stages: readonly Stage[], name: string, source: string): string {
  const stage = stages.find((each) => each.name === name);
  if (!stage || !source.startsWith(`${WORKDIR}/`)) throw new Error(`No ${source} in ${name}`);
  return join(stage.folder, source.slice(WORKDIR.length));
}

/** A file of the checkout, if .dockerignore lets it into the build. */
function inContext(source: string): string {
  if (!textOf(".dockerignore").split("\n").includes(`!${source}`))
    throw new Error(`.dockerignore keeps ${source} out`);
  const path = join(ROOT, source);
  if (!existsSync(path)) throw new Error(`There is no ${source}`);
  return path;
}

async function run(stage: Stage, line: string): Promise<void> {
  const child = Bun.spawn(["sh", "-c", line], {
    cwd: stage.folder,
    env: stage.env,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [said, complained] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`${line} failed:\n${said}${complained}`);
}
