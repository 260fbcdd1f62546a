// What the environment must be, and what is said when it is not.
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, parseConfig, SECRETS, Settings } from "../src/config.ts";

const SECRET = "kTq8vN2xLw5rYb7mZc4jHf9gDs3pAe6uQi1oXy0W";
const DATABASE_URL = "postgres://localhost/kalends";
const minimal = { DATABASE_URL, JWT_SECRET: SECRET };
const production = { ...minimal, NODE_ENV: "production", PUBLIC_URL: "https://kalends.example" };

function wrongIn(env: Record<string, string | undefined>): Record<string, string> {
  try {
    parseConfig(env);
    return {};
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(
      error.wrong.map((line) => [line.split(" ")[0], line.slice(line.indexOf(" ") + 1)]),
    );
  }
}

const MAIL = { EMAIL_FROM: "Kalends <bookings@kalends.test>" };

describe("parseConfig()", () => {
  test("needs a database and a secret, and has a default for the rest", () => {
    expect(parseConfig(minimal)).toMatchObject({
      NODE_ENV: "development",
      PORT: 3000,
      PUBLIC_URL: "http://localhost:3000",
      RATE_LIMIT_PER_MINUTE: 100,
      JWT_EXPIRES_IN: "7d",
      SESSION_MAX_AGE: "30d",
      DATABASE_PREPARE: true,
      EMAIL_PROVIDER: "mock",
    });
  });
  test("reads numbers and switches from text", () => {
    const config = parseConfig({ ...minimal, PORT: "8080", DATABASE_PREPARE: "false" });
    expect([config.PORT, config.DATABASE_PREPARE, config.PUBLIC_URL]).toEqual([
      8080,
      false,
      "http://localhost:8080",
    ]);
  });
  test("takes an empty value for one not given", () => {
    expect(parseConfig({ ...minimal, PORT: "", REDIS_URL: " " })).toMatchObject({ PORT: 3000 });
    expect(parseConfig({ ...minimal, REDIS_URL: "" }).REDIS_URL).toBeUndefined();
  });
  test("passes over what is not ours", () => {
    expect(parseConfig({ ...minimal, HOME: "/root", PATH: "/bin" })).not.toHaveProperty("HOME");
  });
  test("gives what nobody can change", () => {
    expect(() => Object.assign(parseConfig(minimal), { PORT: 1 })).toThrow();
  });

  test.each<[Record<string, string>, string[]]>([
    [{ EMAIL_PROVIDER: "resend" }, ["EMAIL_FROM", "RESEND_API_KEY"]],
    [{ EMAIL_PROVIDER: "sendgrid" }, ["EMAIL_FROM", "SENDGRID_API_KEY"]],
    [{ EMAIL_PROVIDER: "smtp" }, ["EMAIL_FROM", "SMTP_URL"]],
    [{ ...MAIL, EMAIL_PROVIDER: "resend", EMAIL_API_KEY: "re_1" }, []],
    [{ ...MAIL, EMAIL_PROVIDER: "sendgrid", SENDGRID_API_KEY: "SG.1" }, []],
    [{ ...MAIL, EMAIL_PROVIDER: "smtp", SMTP_URL: "smtps://a:b@mail.example.com:465" }, []],
    [{ ...MAIL, EMAIL_PROVIDER: "smtp", SMTP_URL: "https://mail.example.com" }, ["SMTP_URL"]],
    [
      {
        ...MAIL,
        EMAIL_PROVIDER: "resend",
        EMAIL_API_KEY: "re_1",
        EMAIL_FALLBACK_PROVIDER: "sendgrid",
      },
      ["SENDGRID_API_KEY"],
    ],
    [
      {
        ...MAIL,
        EMAIL_PROVIDER: "resend",
        EMAIL_API_KEY: "re_1",
        EMAIL_FALLBACK_PROVIDER: "resend",
      },
      ["EMAIL_FALLBACK_PROVIDER"],
    ],
    [{ RESEND_WEBHOOK_SECRET: "canary" }, ["RESEND_WEBHOOK_SECRET"]],
    [{ SENDGRID_WEBHOOK_PUBLIC_KEY: "canary" }, ["SENDGRID_WEBHOOK_PUBLIC_KEY"]],
    [
      { SMS_PROVIDER: "twilio" },
      ["SMS_COUNTRIES", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"],
    ],
    [{ SMS_COUNTRIES: "Germany" }, ["SMS_COUNTRIES"]],
    [{ SMS_COUNTRIES: "DE, at,CH" }, []],
    [{ TWILIO_ACCOUNT_SID: "canary", TWILIO_FROM: "+0 1" }, ["TWILIO_ACCOUNT_SID", "TWILIO_FROM"]],
  ])("of the mail and SMS settings %j names what is wrong or missing: %j", (env, wrong) => {
    expect(Object.keys(wrongIn({ ...minimal, ...env })).toSorted()).toEqual(wrong);
  });

  test("names every wrong variable at once, and no value", () => {
    const env = {
      NODE_ENV: "canary-env",
      PORT: "canary-port",
      PUBLIC_URL: "canary-url",
      DATABASE_URL: "mysql://canary",
      DATABASE_POOL_SIZE: "-1",
      DATABASE_PREPARE: "canary-maybe",
      REDIS_URL: "http://canary",
      JWT_SECRET: "canary-short",
      JWT_EXPIRES_IN: "canary-forever",
      PASSWORD_MIN_LENGTH: "3",
      RATE_LIMIT_PER_MINUTE: "1.5",
      TRUSTED_PROXIES: "canary-proxy",
      CORS_ORIGINS: "canary-origin",
      LOG_LEVEL: "canary-loud",
      EMAIL_PROVIDER: "canary-pigeon",
    };
    expect(Object.keys(wrongIn(env)).toSorted()).toEqual(Object.keys(env).toSorted());
    try {
      parseConfig(env);
    } catch (error) {
      expect(String(error)).not.toContain("canary");
      expect(String((error as Error).stack)).not.toContain("canary");
    }
  });
  test.each(["1.5", "1e3", "12abc", "0x10", " "])("takes no %j for a whole number", (PORT) => {
    expect("PORT" in wrongIn({ ...minimal, PORT })).toBe(PORT !== " ");
  });
  test("says of each what it should be", () => {
    expect(wrongIn({ PORT: "x", LOG_LEVEL: "loud", DATABASE_PREPARE: "2" })).toEqual({
      DATABASE_URL: "is missing",
      JWT_SECRET: "is missing",
      PORT: "must be a whole number from 0 to 65535",
      LOG_LEVEL: "must be one of trace, debug, info, warn, error, silent",
      DATABASE_PREPARE: "must be true or false",
    });
  });

  test.each(["10.0.0.0/33", "10.0.0.1/", "proxy.local", "10.0.0.1;10.0.0.2"])(
    "refuses TRUSTED_PROXIES %s",
    (TRUSTED_PROXIES) => {
      expect(wrongIn({ ...minimal, TRUSTED_PROXIES })).toHaveProperty("TRUSTED_PROXIES");
    },
  );
  test.each(["*", "https://a.example/", "a.example", "https://a.example b", "null"])(
    "refuses CORS_ORIGINS %s",
    (CORS_ORIGINS) => {
      expect(wrongIn({ ...minimal, CORS_ORIGINS })).toHaveProperty("CORS_ORIGINS");
    },
  );
  test("takes lists with blanks", () => {
    const lists = {
      TRUSTED_PROXIES: "10.0.0.0/8, fd00::/8, 192.0.2.1",
      CORS_ORIGINS: "https://a.example, http://localhost:5173",
    };
    expect(wrongIn({ ...minimal, ...lists })).toEqual({});
  });
});

describe("production", () => {
  test("starts with a real secret and an address of its own", () => {
    expect(wrongIn(production)).toEqual({});
  });
  test("does not start without its address", () => {
    expect(wrongIn({ ...production, PUBLIC_URL: "" })).toHaveProperty("PUBLIC_URL");
  });
  test.each([
    undefined,
    "",
    "too short",
    "x".repeat(64),
    "abcabcabcabcabcabcabcabcabcabcabcabcabcabc",
    "change-me-to-something-long-and-random-please",
    "please-change-me-to-something-long-and-random",
    "for-development-only-never-in-production",
    "development-only-0193f3c86a4e7c1b9f0e3d2b",
  ])("does not start with the secret %j", (JWT_SECRET) => {
    expect(wrongIn({ ...production, JWT_SECRET })).toHaveProperty("JWT_SECRET");
    expect(wrongIn({ ...production, NODE_ENV: " production ", JWT_SECRET })).toHaveProperty(
      "JWT_SECRET",
    );
  });
});

describe("several secrets in JWT_SECRET", () => {
  const OTHER = [...SECRET].reverse().join("");
  test("are taken, by commas", () => {
    expect(wrongIn({ ...production, JWT_SECRET: `${OTHER}, ${SECRET}` })).toEqual({});
  });
  test.each([`${SECRET},`, `,${SECRET}`, `${SECRET},short`, `${SECRET},,${OTHER}`])(
    "are each long enough: %j is refused",
    (JWT_SECRET) => {
      expect(wrongIn({ ...minimal, JWT_SECRET })["JWT_SECRET"]).toContain("each of them");
    },
  );
  test("may none of them be guessed in production", () => {
    const JWT_SECRET = `${SECRET},${"x".repeat(40)}`;
    expect(wrongIn({ ...production, JWT_SECRET })).toHaveProperty("JWT_SECRET");
  });
});

test("what a name or a URL says is a secret is treated as one", () => {
  const isOpen = ["SENDGRID_WEBHOOK_PUBLIC_KEY"];
  const looksSecret = Object.entries(Settings.properties)
    .filter(
      ([name, { pattern = "" }]) =>
        /(SECRET|TOKEN|PASSWORD|KEY)$/.test(name) || /^\^(postgres|redis|smtp)/.test(pattern),
    )
    .map(([name]) => name);
  expect(looksSecret.filter((name) => !isOpen.includes(name))).toEqual([...SECRETS]);
});

describe("sign-in by a provider", () => {
  const both = { GOOGLE_CLIENT_ID: "id", GOOGLE_CLIENT_SECRET: "secret" };
  const ENCRYPTION_KEY = [...SECRET].reverse().join("");

  test("needs both halves of a client, and a key to seal with", () => {
    expect(wrongIn({ ...minimal, ...both, ENCRYPTION_KEY })).toEqual({});
    expect(wrongIn({ ...minimal, ...both })).toHaveProperty("ENCRYPTION_KEY");
    const half = { ...minimal, ENCRYPTION_KEY, MICROSOFT_CLIENT_ID: "id" };
    expect(Object.keys(wrongIn(half))).toEqual(["MICROSOFT_CLIENT_SECRET"]);
  });
  test.each(["short", `${SECRET},short`, `${SECRET},`, SECRET.replace("T", " ")])(
    "takes no key %j",
    (key) => {
      expect(wrongIn({ ...minimal, ENCRYPTION_KEY: key })).toHaveProperty("ENCRYPTION_KEY");
    },
  );
  test("takes several keys, of which production lets none be guessed", () => {
    const keys = (...all: string[]) => ({ ...production, ENCRYPTION_KEY: all.join(", ") });
    expect(wrongIn(keys(ENCRYPTION_KEY, SECRET))).toEqual({});
    expect(wrongIn(keys(ENCRYPTION_KEY, "x".repeat(40)))).toHaveProperty("ENCRYPTION_KEY");
  });
  test("sends secrets over TLS, or to this machine only", () => {
    const at = (GOOGLE_BASE_URL: string) => wrongIn({ ...production, GOOGLE_BASE_URL });
    expect(at("http://127.0.0.1:4000")).toEqual({});
    expect(at("http://localhost:4000")).toEqual({});
    expect(at("https://accounts.example")).toEqual({});
    for (const url of [
      "http://accounts.example",
      "http://127.0.0.1.example",
      "http://localhost.example",
    ])
      expect(at(url)).toHaveProperty("GOOGLE_BASE_URL");
    const graph = { ...production, MICROSOFT_BASE_URL: "http://graph.example" };
    expect(wrongIn(graph)).toHaveProperty("MICROSOFT_BASE_URL");
  });
  test.each([
    "https://a.example/",
    "a.example",
    "ftp://a.example",
    "https://a.example?b",
    "https://u:p@a.example",
  ])("takes no base URL %s", (MICROSOFT_LOGIN_BASE_URL) => {
    expect(wrongIn({ ...minimal, MICROSOFT_LOGIN_BASE_URL })).toHaveProperty(
      "MICROSOFT_LOGIN_BASE_URL",
    );
  });
  test.each(["https://a.example/x", "*", "a.example"])("refuses RETURN_TO_ORIGINS %s", (list) => {
    expect(wrongIn({ ...minimal, RETURN_TO_ORIGINS: list })).toHaveProperty("RETURN_TO_ORIGINS");
  });
  test.each(["javascript:alert(1)", "https://a.example/?b", "https://a@b.example", "//a.example"])(
    "refuses FRONTEND_URL %s",
    (FRONTEND_URL) => {
      expect(wrongIn({ ...minimal, FRONTEND_URL })).toHaveProperty("FRONTEND_URL");
    },
  );
});

describe("what is written of the settings is true:", () => {
  const ROOT = join(import.meta.dir, "..");
  // Read by the scripts that start things, before there is a config.
  const OF_SCRIPTS = ["DATA_DIR"];
  const names = [...Object.keys(Settings.properties), ...OF_SCRIPTS].toSorted();
  const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
  const defaults = Object.entries(Settings.properties).flatMap(([name, { default: value }]) =>
    value === undefined || value === "" ? [] : [[name, String(value)] as const],
  );

  test.skipIf(!existsSync(join(ROOT, ".env.example")))(
    ".env.example lists each, with its default",
    () => {
      const lines = [...read(".env.example").matchAll(/^([A-Z_]+)=(.*)$/gm)];
      expect(lines.map((line) => line[1] ?? "").toSorted()).toEqual(names);
      const said = new Map(lines.map((line) => [line[1], (line[2] ?? "").replaceAll('"', "")]));
      for (const [name, value] of defaults) expect([name, said.get(name)]).toEqual([name, value]);
    },
  );

  test.skipIf(!existsSync(join(ROOT, "README.md")))(
    "README.md lists each, with its default",
    () => {
      const rows = [
        ...read("README.md").matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \| (.*?) ?\|/gm),
      ];
      const words = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
      const said = new Map(
        rows.flatMap((row) => words(row[1]).map((name, i) => [name, words(row[2])[i]] as const)),
      );
      expect([...said.keys()].toSorted()).toEqual(names);
      for (const [name, value] of defaults) expect([name, said.get(name)]).toEqual([name, value]);
    },
  );
});
