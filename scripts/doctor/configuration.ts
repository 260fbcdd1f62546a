import { type Config, ConfigError, parseConfig } from "../../src/config.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What the environment says, and the configuration to go on with: of a wrong one what is right in it, so that
 * one run finds everything. Null where that is too little.
 */
export function examineConfiguration(env: Env): { finding: Finding; config: Config | null } {
  const name = "configuration";
  try {
    const config = parseConfig(env);
    return { finding: { name, ...judge(config) }, config };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const said = error.wrong.join("; ");
    const mend = "Correct these variables; README.md lists them all.";
    return { finding: { name, ...problem(said, mend) }, config: withoutWrong(env, error) };
  }
}

function judge(config: Config) {
  const isProduction = config.NODE_ENV === "production";
  if (isProduction && config.RATE_LIMIT_PER_MINUTE === 0)
    return warning(
      "RATE_LIMIT_PER_MINUTE is 0: nobody is slowed down, who guesses passwords neither",
      "Leave it out, or say how many requests a minute one address may send.",
    );
  if (isProduction && config.OUTBOUND_ALLOW_PRIVATE)
    return warning(
      "OUTBOUND_ALLOW_PRIVATE lets users have your own network called",
      "Leave it out, unless everybody who has an account may reach that network anyway.",
    );
  if (isProduction && config.REDIS_TLS_INSECURE)
    return warning(
      "REDIS_TLS_INSECURE takes whoever answers for Redis",
      "Give the machine the authority of its certificate: NODE_EXTRA_CA_CERTS.",
    );
  return ok(`every setting is right, for ${config.NODE_ENV}`);
}

function withoutWrong(env: Env, { wrong }: ConfigError): Config | null {
  const names = new Set(
    wrong
      .map((line) => line.split(" ")[0] ?? "")
      .flatMap((each) => [each, each.replace(/_FILE$/, "")]),
  );
  const kept = Object.entries(env).filter(([name]) => !names.has(name));
  try {
    return parseConfig({
      ...Object.fromEntries(kept),
      // Nothing is signed, and who may have no default is not asked: only what it reads counts.
      ...(names.has("JWT_SECRET") && { JWT_SECRET: crypto.randomUUID() }),
      ...(names.has("PUBLIC_URL") && { PUBLIC_URL: "http://localhost" }),
    });
  } catch {
    return null;
  }
}
