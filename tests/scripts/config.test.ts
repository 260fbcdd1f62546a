// bun run config shows how things are set, and nothing that opens anything.
import { expect, test } from "bun:test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linesOf } from "../../scripts/config.ts";
import { SECRETS, Settings } from "../../src/config.ts";

const CANARY = "canary-kTq8vN2xLw5rYb7mZc4jHf9gDs3pAe6uQi1oXy0W";
const byName = (env: Record<string, string>) =>
  new Map(linesOf(env).map(({ name, value, from }) => [name, [value, from]]));

test("every setting is shown with its value and where that is from", () => {
  const path = join(mkdtempSync(join(tmpdir(), "kalends-config-")), "jwt");
  writeFileSync(path, `${CANARY},${CANARY}2\n`);
  const lines = byName({
    DATABASE_URL: "postgres://me:canary-word@db.example:6432/kalends?sslpassword=canary",
    JWT_SECRET_FILE: path,
    PORT: "8080",
  });
  expect([...lines.keys()]).toEqual(Object.keys(Settings.properties));
  expect(lines.get("PORT")).toEqual(["8080", "environment"]);
  expect(lines.get("HOST")).toEqual(["0.0.0.0", "default"]);
  expect(lines.get("PUBLIC_URL")).toEqual(["http://localhost:8080", "default"]);
  expect(lines.get("REDIS_URL")).toEqual(["", "not set"]);
  expect(lines.get("JWT_SECRET")).toEqual(["2 set", `file ${path}`]);
  expect(lines.get("ENCRYPTION_KEY")).toEqual(["set", "made by bun start"]);
  expect(lines.get("DATABASE_URL")).toEqual([
    "postgres://me:***@db.example:6432/kalends?***",
    "environment",
  ]);
});

test("no secret is shown, of whichever setting", () => {
  const urls: Record<string, string> = {
    DATABASE_URL: "postgres",
    DATABASE_DIRECT_URL: "postgresql",
    DATABASE_READ_URL: "postgres",
    REDIS_URL: "rediss",
    SMTP_URL: "smtps",
  };
  const env = Object.fromEntries(
    SECRETS.map((name) => {
      const scheme = urls[name];
      if (scheme) return [name, `${scheme}://user:canary@host.example/x`];
      return [name, name === "RESEND_WEBHOOK_SECRET" ? `whsec_canary${"A".repeat(30)}` : CANARY];
    }),
  );
  const ids = Object.keys(Settings.properties)
    .filter((name) => /(CLIENT|ZOOM_ACCOUNT)_ID$/.test(name))
    .map((name) => [name, "id"]);
  const said = linesOf({ ...env, ...Object.fromEntries(ids) });
  expect(JSON.stringify(said)).not.toContain("canary");
  for (const name of SECRETS)
    expect(said.find((line) => line.name === name)?.value).toMatch(/^set$|:\*\*\*@/);
});

test("what Kalends would not start with is refused, as it would be", () => {
  expect(() => linesOf({ NODE_ENV: "production" })).toThrow("DATABASE_URL is missing");
});
