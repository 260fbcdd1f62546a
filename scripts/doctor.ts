// Looks at everything that Kalends needs, and says how what is wrong is mended: bun run doctor. Exits with 1 where
// there is a problem. Changes nothing, sends nothing, and prints no secret.
import { parseArgs } from "node:util";
import { examineAll } from "./doctor/examine-all.ts";
import type { Finding } from "./doctor/finding.ts";
import { dataDir, withEmbedded } from "./embedded.ts";
import { keptSecret } from "./start/secrets.ts";

const { json, help } = parseArgs({
  options: { json: { type: "boolean" }, help: { type: "boolean" } },
}).values;
if (help) {
  console.log("bun run doctor [--json]");
  process.exit(0);
}

const examined = async (): Promise<Finding[]> => {
  const { env } = process;
  if (env["NODE_ENV"] === "production") return examineAll(env);
  const kept = (name: string, file: string) =>
    env[name] || env[`${name}_FILE`] ? {} : { [name]: keptSecret(dataDir(), file) };
  const whole = {
    ...env,
    ...kept("JWT_SECRET", "jwt-secret"),
    ...kept("ENCRYPTION_KEY", "encryption-key"),
  };
  // What is configured is looked at as it is; without anything, the database that `bun start` would run.
  return env["DATABASE_URL"] || env["DATABASE_URL_FILE"]
    ? examineAll(whole)
    : withEmbedded((url) => examineAll({ ...whole, DATABASE_URL: url }));
};

const SIGNS = { ok: "OK     ", warning: "WARNING", problem: "PROBLEM" } as const;

function tell(findings: readonly Finding[]): void {
  for (const { name, state, said, mend } of findings) {
    console.log(`${SIGNS[state]}  ${name}: ${said}`);
    if (mend !== undefined) console.log(`         → ${mend}`);
  }
  const count = (state: Finding["state"]) => findings.filter((each) => each.state === state).length;
  console.log(`\n${count("problem")} problems, ${count("warning")} warnings.`);
}

const findings = await examined();
const isWell = findings.every(({ state }) => state !== "problem");
if (json) console.log(JSON.stringify({ ok: isWell, findings }, null, 2));
else tell(findings);
process.exit(isWell ? 0 : 1);
