// Runs the programs of bench/ one after the other and keeps what they print in bench/RESULTS.md: what each shows is the
// comment it begins with. `bun run bench` runs all of them, `bun run bench slots-http login` some: the sections of the
// others stay as they are. What fails keeps its old section, and the exit code tells.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, type as system, totalmem } from "node:os";
import { basename, join } from "node:path";
import postgres from "postgres";
import { findRedis } from "../tests/support/redis.ts";
import { testServer } from "./test-postgres.ts";

const FOLDER = join(import.meta.dir, "../bench");
const RESULTS = join(FOLDER, "RESULTS.md");
const LONGEST_MS = 40 * 60_000;
/** What the tests' server is set to, as far as it matters to who reads the numbers. */
const SETTINGS = ["shared_buffers", "work_mem", "fsync", "synchronous_commit", "jit"] as const;

const all = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => basename(name, ".ts"))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(", ")}. There are: ${all.join(", ")}.`);
  process.exit(2);
}

const machine = await describeMachine();
const sections = new Map(readSections());
const failed: string[] = [];
for (const name of asked.length > 0 ? asked : all) {
  const section = await run(name);
  if (section === null) failed.push(name);
  else sections.set(name, section);
  // After each, so that what is done is kept when a later one is stopped.
  writeFileSync(RESULTS, document());
}
if (failed.length > 0) console.error(`\nFailed: ${failed.join(", ")}.`);
process.exit(failed.length > 0 ? 1 : 0);

/** Its section, or null where it failed. */
async function run(name: string): Promise<string | null> {
  console.log(`\n== ${name}`);
  const load = loadavg()[0]!.toFixed(1);
  const began = performance.now();
  const child = Bun.spawn([process.execPath, `bench/${name}.ts`], {
    cwd: join(FOLDER, ".."),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
    timeout: LONGEST_MS,
  });
  let output = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    process.stdout.write(chunk);
    output += decoder.decode(chunk, { stream: true });
  }
  if ((await child.exited) !== 0) return null;
  const seconds = Math.round((performance.now() - began) / 1000);
  const date = new Date().toISOString().slice(0, 10);
  return `${introduction(name)}

\`bun run bench ${name}\`, ${date}, ${seconds} s; load of the machine when it began: ${load}

\`\`\`
${output.trim()}
\`\`\``;
}

/** The comment that a bench begins with. */
function introduction(name: string): string {
  const lines = readFileSync(join(FOLDER, `${name}.ts`), "utf8").split("\n");
  const end = lines.findIndex((line) => !line.startsWith("// "));
  return lines
    .slice(0, end)
    .map((line) => line.slice("// ".length))
    .join("\n");
}

function readSections(): [string, string][] {
  const text = Bun.file(RESULTS).size > 0 ? readFileSync(RESULTS, "utf8") : "";
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf("\n");
      return [section.slice(0, end), section.slice(end).trim()];
    });
}

function document(): string {
  // Of a bench that is gone nothing is kept.
  const kept = all.filter((name) => sections.has(name));
  return `# What the benches found

Written by \`bun run bench\`. Read the ratios: both sides of each are of one run, turn and turn about on the same machine, so
that whatever else it did fell on both. The numbers themselves are of this machine:

${machine}

${kept.map((name) => `## ${name}\n\n${sections.get(name)}\n`).join("\n")}`;
}

async function describeMachine(): Promise<string> {
  const sql = postgres(await testServer(), { max: 1, onnotice: () => {} });
  const [row] = await sql<
    { version: string }[]
  >`select current_setting('server_version') as version`;
  const set = await sql<{ name: string; value: string }[]>`
    select name, current_setting(name) as value from pg_settings where name = any (${[...SETTINGS]}) order by name`;
  await sql.end();
  const redis = findRedis();
  const said = redis === null ? "" : Bun.spawnSync([redis, "--version"]).stdout.toString();
  const lines = {
    processor: `${cpus()[0]?.model.trim() ?? "unknown"}, ${availableParallelism()} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${system()} ${release()}`,
    Bun: Bun.version,
    PostgreSQL: `${row?.version}, on the same machine, as the tests start it: ${set.map(({ name, value }) => `\`${name}=${value}\``).join(", ")}`,
    Redis: /v=(\S+)/.exec(said)?.[1] ?? "none: what needs it was left out",
  };
  return Object.entries(lines)
    .map(([name, value]) => `- ${name}: ${value}`)
    .join("\n");
}
