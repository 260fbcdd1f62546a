// Shows the settings as they hold here, where each is from, and no secret: bun run config.
import { ConfigError, parseConfig, SECRETS, Settings, settingIn } from "../src/config.ts";
import type { Environment } from "../src/secret-files.ts";

interface Line {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

const MADE_BY_START = "made by bun start";

/** Every setting of an environment. Throws a ConfigError where Kalends would not start with it. */
export function linesOf(env: Environment): Line[] {
  const made = madeByStart(env);
  const config: Readonly<Record<string, unknown>> = parseConfig({ ...env, ...made });
  return Object.keys(Settings.properties).map((name) => {
    if (name in made) return { name, value: "set", from: MADE_BY_START };
    const value = config[name];
    return {
      name,
      value: value === undefined ? "" : shown(name, String(value)),
      from: sourceOf(env, name, value),
    };
  });
}

/** What `bun start` brings along outside production. */
function madeByStart(env: Environment): Record<string, string> {
  if (env["NODE_ENV"]?.trim() === "production") return {};
  const made = {
    DATABASE_URL: "postgres://localhost/kalends",
    JWT_SECRET: "made-by-bun-start-and-kept-under-DATA_DIR",
    ENCRYPTION_KEY: "made-by-bun-start-and-kept-under-DATA_DIR",
  };
  return Object.fromEntries(
    Object.entries(made).filter(([name]) => settingIn(env, name) === undefined),
  );
}

function sourceOf(env: Environment, name: string, value: unknown): string {
  if (env[name]?.trim()) return "environment";
  const path = SECRETS.includes(name) ? env[`${name}_FILE`]?.trim() : undefined;
  if (path) return `file ${path}`;
  return value === undefined || value === "" ? "not set" : "default";
}

/** A secret is never shown; of an address where something is, all but what opens it. */
function shown(name: string, value: string): string {
  if (!SECRETS.includes(name)) return value;
  const url = name.endsWith("_URL") ? URL.parse(value) : null;
  if (url?.host) {
    const who = url.username || url.password ? `${url.username}:***@` : "";
    return `${url.protocol}//${who}${url.host}${url.pathname}${url.search && "?***"}`;
  }
  const count = value.split(",").length;
  return count > 1 ? `${count} set` : "set";
}

if (import.meta.main) {
  try {
    const lines = linesOf(process.env);
    const width = (of: (line: Line) => string) => Math.max(...lines.map((each) => of(each).length));
    const [names, values] = [
      width(({ name }) => name),
      Math.min(
        60,
        width(({ value }) => value),
      ),
    ];
    for (const { name, value, from } of lines)
      console.log(`${name.padEnd(names)}  ${value.padEnd(values)}  ${from}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(78);
  }
}
