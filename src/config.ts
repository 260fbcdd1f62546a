// The environment, parsed once. Nobody else reads it.
import { type Static, type StringOptions, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { clientAddress } from "./http/address.ts";
import { missingForMail } from "./mail-settings.ts";
import { type Environment, readFiles } from "./secret-files.ts";
import { missingForSms } from "./sms-settings.ts";

const Switch = (fallback: boolean) => Type.Boolean({ default: fallback });
const Count = (minimum: number, maximum: number, fallback: number) =>
  Type.Integer({ minimum, maximum, default: fallback });

/** What nobody else may know: it may come from a file (NAME_FILE), and is never shown. */
const Secret = (options: StringOptions = {}) => Type.String({ ...options, isSecret: true });
const DatabaseUrl = () => Secret({ pattern: "^postgres(ql)?://" });

const BaseUrl = Type.String({ pattern: "^https?://[^\\s?#@]*[^\\s?#@/]$" });

/** Every setting: its name is the variable's. */
export const Settings = Type.Object({
  NODE_ENV: Type.Union(
    [Type.Literal("development"), Type.Literal("test"), Type.Literal("production")],
    { default: "development" },
  ),
  PORT: Count(0, 65_535, 3000),
  HOST: Type.String({ default: "0.0.0.0" }),
  PUBLIC_URL: Type.Optional(Type.String({ pattern: "^https?://[^\\s/]+$" })),
  FRONTEND_URL: Type.Optional(Type.String({ pattern: "^https?://[^\\s?#@]+$" })),
  RETURN_TO_ORIGINS: Type.String({ default: "" }),
  DATABASE_URL: DatabaseUrl(),
  DATABASE_DIRECT_URL: Type.Optional(DatabaseUrl()),
  DATABASE_READ_URL: Type.Optional(DatabaseUrl()),
  DATABASE_PREPARE: Switch(true),
  DATABASE_POOL_SIZE: Count(1, 200, 10),
  REDIS_URL: Type.Optional(Secret({ pattern: "^rediss?://" })),
  REDIS_TLS_INSECURE: Switch(false),
  CACHE_MEGABYTES: Count(0, 4096, 16),
  JWT_SECRET: Secret({
    pattern: "^[^\\s,][^,]{30,}[^\\s,](\\s*,\\s*[^\\s,][^,]{30,}[^\\s,])*$",
    meaning: "must have at least 32 characters; where there are several, by commas, each of them",
  }),
  ENCRYPTION_KEY: Type.Optional(Secret({ pattern: "^[^\\s,]{32,}(\\s*,\\s*[^\\s,]{32,})*$" })),
  JWT_EXPIRES_IN: Type.String({ pattern: "^[1-9]\\d{0,5}[smhd]$", default: "7d" }),
  SESSION_MAX_AGE: Type.String({ pattern: "^[1-9]\\d{0,5}[smhd]$", default: "30d" }),
  PASSWORD_MIN_LENGTH: Count(8, 64, 8),
  PLAN_LIMITS: Switch(false),
  REQUEST_TIMEOUT_SECONDS: Count(1, 600, 30),
  RATE_LIMIT_PER_MINUTE: Count(0, 1_000_000, 100),
  CLIENT_BOOKINGS_PER_DAY: Count(0, 1_000_000, 200),
  GUEST_BOOKINGS_PER_DAY: Count(0, 100_000, 20),
  GUEST_OPEN_BOOKINGS: Count(0, 100_000, 30),
  TRUSTED_PROXIES: Type.String({ default: "" }),
  CORS_ORIGINS: Type.String({ default: "" }),
  GOOGLE_CLIENT_ID: Type.Optional(Type.String()),
  GOOGLE_CLIENT_SECRET: Type.Optional(Secret()),
  GOOGLE_BASE_URL: Type.Optional(BaseUrl),
  MICROSOFT_CLIENT_ID: Type.Optional(Type.String()),
  MICROSOFT_CLIENT_SECRET: Type.Optional(Secret()),
  MICROSOFT_TENANT: Type.String({ default: "common", pattern: "^[\\w.-]{1,200}$" }),
  MICROSOFT_LOGIN_BASE_URL: Type.Optional(BaseUrl),
  MICROSOFT_BASE_URL: Type.String({ ...BaseUrl, default: "https://graph.microsoft.com" }),
  OUTBOUND_ALLOW_PRIVATE: Switch(false),
  LOG_LEVEL: Type.Union(
    ["trace", "debug", "info", "warn", "error", "silent"].map((level) => Type.Literal(level)),
    { default: "info" },
  ),
  EMAIL_PROVIDER: Type.Union(
    [Type.Literal("mock"), Type.Literal("resend"), Type.Literal("smtp"), Type.Literal("sendgrid")],
    { default: "mock" },
  ),
  EMAIL_FALLBACK_PROVIDER: Type.Optional(
    Type.Union([Type.Literal("resend"), Type.Literal("smtp"), Type.Literal("sendgrid")]),
  ),
  EMAIL_API_KEY: Type.Optional(Secret()),
  RESEND_API_KEY: Type.Optional(Secret()),
  RESEND_BASE_URL: { ...BaseUrl, default: "https://api.resend.com" },
  RESEND_WEBHOOK_SECRET: Type.Optional(Secret({ pattern: "^whsec_[A-Za-z0-9+/]{24,}={0,2}$" })),
  SENDGRID_API_KEY: Type.Optional(Secret()),
  SENDGRID_BASE_URL: { ...BaseUrl, default: "https://api.sendgrid.com" },
  SENDGRID_WEBHOOK_PUBLIC_KEY: Type.Optional(
    Type.String({ pattern: "^[A-Za-z0-9+/]{80,}={0,2}$" }),
  ),
  SMTP_URL: Type.Optional(Secret({ pattern: "^smtps?://[^\\s/]+" })),
  EMAIL_FROM: Type.String({ default: "Kalends <kalends@localhost>", pattern: "^[^\\r\\n]+$" }),
  EMAIL_RATE_LIMIT: Count(1, 100_000, 30),
  EMAIL_RETRY_ATTEMPTS: Count(1, 20, 3),
  METRICS_TOKEN: Type.Optional(Secret({ pattern: "^\\S{16,}$" })),
  SHUTDOWN_NOTICE_SECONDS: Type.Optional(Type.Integer({ minimum: 0, maximum: 60 })),
  SMS_PROVIDER: Type.Union([Type.Literal("mock"), Type.Literal("twilio")], { default: "mock" }),
  SMS_COUNTRIES: Type.String({ default: "*" }),
  SMS_RATE_LIMIT: Count(1, 100_000, 30),
  TWILIO_ACCOUNT_SID: Type.Optional(Type.String({ pattern: "^AC[0-9a-f]{32}$" })),
  TWILIO_AUTH_TOKEN: Type.Optional(Secret()),
  TWILIO_FROM: Type.Optional(
    Type.String({ pattern: "^(\\+[1-9]\\d{6,14}|MG[0-9a-f]{32}|[A-Za-z0-9 ]{1,11})$" }),
  ),
  TWILIO_BASE_URL: Type.String({ ...BaseUrl, default: "https://api.twilio.com" }),
  ZOOM_ACCOUNT_ID: Type.Optional(Type.String()),
  ZOOM_CLIENT_ID: Type.Optional(Type.String()),
  ZOOM_CLIENT_SECRET: Type.Optional(Secret()),
  ZOOM_BASE_URL: Type.String({ ...BaseUrl, default: "https://api.zoom.us" }),
  ZOOM_LOGIN_BASE_URL: Type.String({ ...BaseUrl, default: "https://zoom.us" }),
  ANALYTICS_RETENTION_DAYS: Count(31, 3650, 400),
  GUEST_RETENTION_DAYS: Count(0, 36_500, 730),
  OUTBOX_RETENTION_DAYS: Count(7, 3650, 90),
  NOTIFICATION_RETENTION_DAYS: Count(7, 3650, 365),
  AUDIT_RETENTION_DAYS: Count(90, 36_500, 730),
});

type Settings = Static<typeof Settings>;
export type Config = Readonly<Settings & { PUBLIC_URL: string }>;

/** Thrown with every wrong variable named, so that one restart mends them all. */
export class ConfigError extends Error {
  readonly wrong: readonly string[];

  constructor(wrong: readonly string[]) {
    super(`Cannot start with this environment:\n${wrong.map((line) => `  ${line}`).join("\n")}`);
    this.name = "ConfigError";
    this.wrong = wrong;
  }
}

/** The settings that nobody else may know. Each may come from a file, which NAME_FILE names. */
export const SECRETS: readonly string[] = Object.entries(Settings.properties)
  .filter(([, schema]) => "isSecret" in schema)
  .map(([name]) => name);

/** Parses an environment. Throws a ConfigError that names every wrong variable; never its value. */
export function parseConfig(env: Environment): Config {
  const files = readFiles(env, SECRETS);
  const given = Object.fromEntries(
    Object.keys(Settings.properties)
      .map((name) => [name, (files.values.get(name) ?? env[name])?.trim()])
      .filter(([, value]) => value !== undefined && value !== ""),
  );
  const settings = Value.Convert(Settings, Value.Default(Settings, { ...given }));
  const wrong = new Map<string, string>();
  for (const { path, schema } of Value.Errors(Settings, settings)) {
    const name = path.split("/")[1] ?? "";
    if (!wrong.has(name)) wrong.set(name, name in given ? wanted(schema) : "is missing");
  }
  // Converting would cut 1.5 to 1.
  for (const [name, schema] of Object.entries(Settings.properties))
    if (schema.type === "integer" && name in given && !/^-?\d+$/.test(given[name] ?? ""))
      wrong.set(name, wanted(schema));
  if (!isMade(() => clientAddress(given["TRUSTED_PROXIES"] ?? "")))
    wrong.set("TRUSTED_PROXIES", "must be addresses or ranges such as 10.0.0.0/8, by commas");
  for (const name of ["CORS_ORIGINS", "RETURN_TO_ORIGINS"])
    if (!listOf(given[name]).every((each) => URL.parse(each)?.origin === each))
      wrong.set(name, "must be origins such as https://app.example.com, by commas");
  const isProduction = given["NODE_ENV"] === "production";
  for (const [name, why] of wrongVendors(given, isProduction))
    if (!wrong.has(name)) wrong.set(name, why);
  if (isProduction && given["PUBLIC_URL"] === undefined)
    wrong.set("PUBLIC_URL", "is missing: the links in mails need it");
  if (isProduction && !wrong.has("JWT_SECRET") && listOf(given["JWT_SECRET"]).some(isGuessable))
    wrong.set("JWT_SECRET", GUESSABLE);
  for (const [name, why] of files.wrong) {
    wrong.delete(name.replace(/_FILE$/, ""));
    wrong.set(name, why);
  }
  const messaging = [...missingForMail(settings as Settings, given), ...missingForSms(given)];
  for (const [name, why] of messaging) if (!wrong.has(name)) wrong.set(name, why);
  if (wrong.size > 0) throw new ConfigError([...wrong].map(([name, why]) => `${name} ${why}`));
  const parsed = settings as Settings;
  return Object.freeze({
    ...parsed,
    PUBLIC_URL: parsed.PUBLIC_URL ?? `http://localhost:${parsed.PORT}`,
  });
}

/** One setting before all are parsed, also from its file; undefined where it is not made. A ConfigError as parseConfig(). */
export function settingIn(env: Environment, name: string): string | undefined {
  const { values, wrong } = readFiles(env, [name]);
  if (wrong.size > 0) throw new ConfigError([...wrong].map(([each, why]) => `${each} ${why}`));
  return (values.get(name) ?? env[name])?.trim() || undefined;
}

/** What a vendor lacks, or would do unprotected. */
function* wrongVendors(
  given: Environment,
  isProduction: boolean,
): Generator<[name: string, why: string]> {
  for (const vendor of ["GOOGLE", "MICROSOFT"]) {
    const names = [`${vendor}_CLIENT_ID`, `${vendor}_CLIENT_SECRET`];
    const missing = names.filter((name) => given[name] === undefined);
    if (missing.length === 1) yield [missing[0]!, `is missing: ${vendor} needs both`];
    if (missing.length === 0 && given["ENCRYPTION_KEY"] === undefined)
      yield ["ENCRYPTION_KEY", `is missing: ${vendor}_CLIENT_ID needs it`];
  }
  const zoom = ["ZOOM_ACCOUNT_ID", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET"];
  const lacking = zoom.filter((name) => given[name] === undefined);
  if (lacking.length < zoom.length)
    for (const name of lacking) yield [name, "is missing: ZOOM needs all three"];
  if (isProduction && listOf(given["ENCRYPTION_KEY"]).some(isGuessable))
    yield ["ENCRYPTION_KEY", GUESSABLE];
  for (const name of VENDORS_URLS) {
    const url = URL.parse(given[name] ?? "");
    if (isProduction && url?.protocol === "http:" && !LOOPBACK.test(url.hostname))
      yield [name, "must be https: secrets travel there"];
  }
}

const VENDORS_URLS = [
  "GOOGLE_BASE_URL",
  "MICROSOFT_LOGIN_BASE_URL",
  "MICROSOFT_BASE_URL",
  "RESEND_BASE_URL",
  "SENDGRID_BASE_URL",
  "TWILIO_BASE_URL",
  "ZOOM_BASE_URL",
  "ZOOM_LOGIN_BASE_URL",
];
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const GUESSABLE = "can be guessed: make one with `openssl rand -base64 48`";

/** An example that was never changed, or a few characters over and over. */
const isGuessable = (secret: string): boolean =>
  /^(change|secret|example|development|password)|change.?me|development.only/i.test(secret) ||
  new Set(secret).size < 10;

/** The parts of a list that is written by commas. */
export const listOf = (text = ""): string[] =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);

function isMade(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

function wanted(schema: Record<string, unknown>): string {
  if (typeof schema["meaning"] === "string") return schema["meaning"];
  if (Array.isArray(schema["anyOf"]))
    return `must be one of ${schema["anyOf"].map((each: { const: string }) => each.const).join(", ")}`;
  if (schema["type"] === "integer")
    return `must be a whole number from ${schema["minimum"]} to ${schema["maximum"]}`;
  if (schema["type"] === "boolean") return "must be true or false";
  return `must match ${schema["pattern"]}`;
}
