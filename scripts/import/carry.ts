import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { inWorld, plain } from "./open-world.ts";
import { carryOver, type Plan } from "./plan.ts";

/** The program of an import: reads files, makes the host's schedules and types, tells what has no place. */
export async function carry(
  name: string,
  usage: string,
  planOf: (documents: readonly unknown[]) => Plan,
): Promise<never> {
  try {
    const options = {
      host: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      help: { type: "boolean" },
    } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const { host, help, "dry-run": isDryRun } = values;
    if (help || host === undefined || positionals.length === 0) {
      console.log(`bun run ${name} --host <address> <file>… [--dry-run]\n\n${usage}`);
      process.exit(help ? 0 : 2);
    }
    const plan = planOf(positionals.map((file) => JSON.parse(readFileSync(file, "utf8"))));
    if (plan.types.length + plan.schedules.length + plan.left.length === 0)
      throw new Error("There is neither a schedule nor a meeting type in these files.");
    const { made, there, failed } = await inWorld((world) =>
      carryOver(world, host, plan, isDryRun),
    );
    const tell = (title: string, all: readonly string[]) => {
      if (all.length > 0) console.log(`${title}:\n${all.map((each) => `  ${each}`).join("\n")}`);
    };
    tell(isDryRun ? "Would make" : "Made", made);
    tell("There already", there);
    tell("Without a place here", plan.left);
    tell("Failed", failed);
    process.exit(failed.length > 0 ? 1 : 0);
  } catch (error) {
    console.error(error instanceof SyntaxError ? "A file is no JSON." : plain(error));
    process.exit(1);
  }
}
