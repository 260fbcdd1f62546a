// Secrets in files, as Docker and Kubernetes lay them down.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, parseConfig, SECRETS, Settings, settingIn } from "../src/config.ts";

const SECRET = "kTq8vN2xLw5rYb7mZc4jHf9gDs3pAe6uQi1oXy0W";
const minimal = { DATABASE_URL: "postgres://localhost/kalends", JWT_SECRET: SECRET };
const folder = mkdtempSync(join(tmpdir(), "kalends-secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}
function wrongIn(env: Record<string, string>): string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    return [...(error as ConfigError).wrong];
  }
}

test("every secret can come from a file, without the line's end that editors add", () => {
  const values: Record<string, string> = {
    DATABASE_URL: "postgres://a:b@localhost/kalends",
    DATABASE_DIRECT_URL: "postgres://a:b@localhost/direct",
    DATABASE_READ_URL: "postgres://a:b@localhost/replica",
    REDIS_URL: "redis://:word@localhost:6379",
    JWT_SECRET: SECRET,
    ENCRYPTION_KEY: SECRET,
    RESEND_WEBHOOK_SECRET: `whsec_${"A".repeat(32)}`,
    SMTP_URL: "smtps://a:b@localhost",
    METRICS_TOKEN: "a-token-of-metrics",
  };
  const given = SECRETS.map((name) => [name, values[name] ?? `value of ${name}`] as const);
  const env = Object.fromEntries([
    ...given.map(([name, value]) => [`${name}_FILE`, file(name, `${value}\n`)]),
    // What a vendor's secret is nothing without.
    ...Object.keys(Settings.properties)
      .filter((name) => /(CLIENT|ZOOM_ACCOUNT)_ID$/.test(name))
      .map((name) => [name, "id"]),
  ]);
  expect(parseConfig(env)).toMatchObject(Object.fromEntries(given));
});

test("what is no secret is not read from files", () => {
  const config = parseConfig({ ...minimal, PORT_FILE: file("port", "8080") });
  expect(config.PORT).toBe(3000);
});

describe("a file is refused by its variable's name, and nothing of what it says is told:", () => {
  const { JWT_SECRET: _, ...without } = minimal;
  const refused: [why: string, env: () => Record<string, string>, line: RegExp][] = [
    [
      "the variable is set too",
      () => ({ ...minimal, JWT_SECRET_FILE: file("twice", SECRET) }),
      /^JWT_SECRET_FILE cannot be used together with JWT_SECRET/,
    ],
    [
      "there is none",
      () => ({ ...without, JWT_SECRET_FILE: join(folder, "none") }),
      /^JWT_SECRET_FILE names .*none, which is not there$/,
    ],
    [
      "it is a folder",
      () => {
        mkdirSync(join(folder, "folder"), { recursive: true });
        return { ...without, JWT_SECRET_FILE: join(folder, "folder") };
      },
      /^JWT_SECRET_FILE names .*folder, which is a folder$/,
    ],
    [
      "it is empty",
      () => ({ ...without, JWT_SECRET_FILE: file("empty", " \n") }),
      /^JWT_SECRET_FILE names .*empty, which is empty$/,
    ],
    [
      "it is no secret but something large",
      () => ({ ...without, JWT_SECRET_FILE: file("large", "canary ".repeat(20_000)) }),
      /^JWT_SECRET_FILE names .*large, which is too large for a secret$/,
    ],
    [
      "what it says is wrong",
      () => ({ ...without, JWT_SECRET_FILE: file("short", "canary") }),
      /^JWT_SECRET must have at least 32 characters/,
    ],
  ];
  test.each(refused)("%s", (_why, env, line) => {
    const wrong = wrongIn(env());
    expect(wrong).toEqual([expect.stringMatching(line)]);
    expect(wrong.join()).not.toContain("canary");
    expect(wrong.join()).not.toContain(SECRET);
  });
});

test("scripts read a setting by the same rules", () => {
  const DATABASE_URL_FILE = file("database", "postgres://localhost/x\n");
  expect(settingIn({ DATABASE_URL_FILE }, "DATABASE_URL")).toBe("postgres://localhost/x");
  expect(settingIn({ DATABASE_URL: " " }, "DATABASE_URL")).toBeUndefined();
  // Else a script would take the embedded database for the one that was meant.
  expect(() => settingIn({ DATABASE_URL_FILE: join(folder, "none") }, "DATABASE_URL")).toThrow(
    ConfigError,
  );
});
