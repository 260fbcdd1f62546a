// Makes the first administrator, or one of somebody who has an account: bun run admin:create. What is not said by
// flags is asked for at a terminal. A password never stands on a command line, which everybody on the machine can
// read: it is typed unseen, or comes by ADMIN_PASSWORD or standard input.
import { parseArgs } from "node:util";
import { Value } from "@sinclair/typebox/value";
import { isRegistered, makeAdmin } from "../src/accounts/admin/make-admin.ts";
import { ConfigError, parseConfig } from "../src/config.ts";
import { Problem } from "../src/problem.ts";
import { Email } from "../src/schema.ts";
import { makeWorld, type World } from "../src/world.ts";
import { ask, askHidden } from "./admin/ask.ts";
import { environmentOn, withEmbedded } from "./embedded.ts";

const USAGE = `bun run admin:create [--email <address>] [--name <name>]

  The password of a new account: typed at the terminal, or in ADMIN_PASSWORD, or on standard input.
  Of an account that is there already it stays, and the account becomes an administrator's.`;

/** Said to whoever ran this, without a stack. */
class Refusal extends Error {}

const isTerminal = process.stdin.isTTY === true;

async function create(url: string, flags: { email?: string; name?: string }): Promise<void> {
  const world = makeWorld(parseConfig(environmentOn(url)));
  try {
    const email = flags.email ?? (isTerminal ? await ask("Address: ") : "");
    if (!Value.Check(Email, email)) throw new Refusal("--email must be a mail address.");
    const account = (await isRegistered(world, email)) ? {} : await askForAccount(flags.name);
    await tell(world, email, account);
  } finally {
    await world.db.close();
  }
}

async function tell(
  world: World,
  email: string,
  account: { name?: string; password?: string },
): Promise<void> {
  const done = await makeAdmin(world, { email, ...account });
  console.log(
    done === "made"
      ? `${email} is an administrator. Sign in by POST /api/v1/auth/login.`
      : `${email} is an administrator now; the password is what it was.`,
  );
}

async function askForAccount(given?: string): Promise<{ name: string; password: string }> {
  const name = (given ?? (isTerminal ? await ask("Name: ") : "")).trim();
  if (name === "" || name.length > 200) throw new Refusal("--name must be a name.");
  return { name, password: await password() };
}

async function password(): Promise<string> {
  const given = process.env["ADMIN_PASSWORD"];
  if (given) return given;
  if (!isTerminal) return (await new Response(Bun.stdin.stream()).text()).replace(/\r?\n$/, "");
  const typed = await askHidden("Password: ");
  const again = typed === null ? null : await askHidden("Once more: ");
  if (typed === null || again === null) throw new Refusal("Nothing was made.");
  if (typed !== again) throw new Refusal("The two were not the same. Nothing was made.");
  return typed;
}

function plain(error: unknown): string {
  if (error instanceof Problem || error instanceof Refusal || error instanceof ConfigError)
    return error.message;
  const { code, message } = error as { code?: string; message?: string };
  if (code === "42P01") return "The tables are not there yet. First: bun run db:migrate";
  return message ?? String(error);
}

function flagsOf(args: string[]): { email?: string; name?: string } {
  const options = {
    email: { type: "string" },
    name: { type: "string" },
    help: { type: "boolean" },
  } as const;
  const { help, ...flags } = parseArgs({ args, options }).values;
  if (help) {
    console.log(USAGE);
    process.exit(0);
  }
  return flags;
}

try {
  const flags = flagsOf(process.argv.slice(2));
  await withEmbedded((url) => create(url, flags));
  process.exit(0);
} catch (error) {
  console.error(plain(error));
  process.exit(1);
}
