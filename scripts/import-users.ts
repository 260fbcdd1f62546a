// Takes people over from elsewhere, with their passwords where those are hashes of bcrypt: bun run import:users. May be
// run again: who is there by his address stays as he is. Nobody is written to.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { importUsers, type Outcome } from "../src/accounts/import-users.ts";
import type { World } from "../src/world.ts";
import { inWorld, plain } from "./import/open-world.ts";
import { readPeople, type Wrong } from "./import/people.ts";

const USAGE = `bun run import:users <file> [--dry-run] [--skip-wrong]

  The file is CSV with a line of column names, a JSON array, or one JSON object a line.
  Columns: email; name, or firstName and lastName; and if wanted username, timeZone, locale,
  passwordHash (bcrypt), emailVerified.
  --dry-run     say what would be, and change nothing
  --skip-wrong  import the others; without it, one wrong line and nothing is imported`;

const BATCH = 200;
const SHOWN = 50;

async function importAll(world: World, file: string, flags: { dryRun: boolean; skip: boolean }) {
  const { people, wrong, ignored } = readPeople(readFileSync(file, "utf8"));
  if (ignored.length > 0) console.error(`Not used: ${ignored.join(", ")}.`);
  tellWrong(wrong);
  if (wrong.length > 0 && !flags.skip) {
    console.error("Nothing was imported. Correct these, or leave them out by --skip-wrong.");
    return false;
  }
  const outcomes: Outcome[] = [];
  for (let i = 0; i < people.length; i += BATCH) {
    outcomes.push(...(await importUsers(world, people.slice(i, i + BATCH), flags.dryRun)));
    tellProgress(Math.min(i + BATCH, people.length), people.length);
  }
  const count = (outcome: Outcome["outcome"]) =>
    outcomes.filter((each) => each.outcome === outcome).length;
  tellWrong(
    outcomes.flatMap(({ line, outcome }) =>
      outcome === "held"
        ? [{ line, why: "has an address that is held for who has just given it up" }]
        : outcome === "username taken"
          ? [{ line, why: "has a username that is taken" }]
          : [],
    ),
  );
  console.log(
    `${flags.dryRun ? "Would import" : "Imported"} ${count("made")}; ${count("there")} were there already; ${wrong.length + count("held") + count("username taken")} wrong.`,
  );
  return wrong.length + count("held") + count("username taken") === 0;
}

function tellWrong(wrong: readonly Wrong[]): void {
  for (const { line, why } of wrong.slice(0, SHOWN)) console.error(`line ${line}: ${why}`);
  if (wrong.length > SHOWN) console.error(`… and ${wrong.length - SHOWN} more.`);
}

function tellProgress(done: number, all: number): void {
  if (!process.stderr.isTTY) return;
  const width = 30;
  const filled = Math.round((width * done) / all);
  const end = done === all ? "\n" : "";
  process.stderr.write(
    `\r[${"#".repeat(filled)}${" ".repeat(width - filled)}] ${done}/${all}${end}`,
  );
}

try {
  const options = {
    "dry-run": { type: "boolean", default: false },
    "skip-wrong": { type: "boolean", default: false },
    help: { type: "boolean" },
  } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [file] = positionals;
  if (values.help || file === undefined || positionals.length > 1) {
    console.log(USAGE);
    process.exit(values.help ? 0 : 2);
  }
  const flags = { dryRun: values["dry-run"], skip: values["skip-wrong"] };
  const isClean = await inWorld((world) => importAll(world, file, flags));
  process.exit(isClean ? 0 : 1);
} catch (error) {
  console.error(plain(error));
  process.exit(1);
}
