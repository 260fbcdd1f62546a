import type { Config } from "../../src/config.ts";
import { encryptionOf } from "../../src/messages/email/smtp.ts";
import { ok, problem, type Result, reason, warning } from "./finding.ts";

const ANSWER_WITHIN_MS = 10_000;

/** Whether a mail provider lets us in. Nothing is sent. */
export async function checkMail(config: Config, provider: string): Promise<Result> {
  if (provider === "smtp") return checkSmtp(config);
  if (provider === "resend") return checkResend(config);
  if (provider === "sendgrid") return checkSendgrid(config);
  return config.NODE_ENV === "production"
    ? warning("mails reach nobody: EMAIL_PROVIDER is mock", "Set EMAIL_PROVIDER and what it needs.")
    : ok("mock: mails are read at /dev/mail");
}

async function checkSmtp({ SMTP_URL = "" }: Config): Promise<Result> {
  const { createTransport } = await import("nodemailer");
  const url = new URL(SMTP_URL);
  const transporter = createTransport({
    url: url.href,
    ...encryptionOf(url),
    connectionTimeout: ANSWER_WITHIN_MS,
    greetingTimeout: ANSWER_WITHIN_MS,
    socketTimeout: ANSWER_WITHIN_MS,
  } as Parameters<typeof createTransport>[0]);
  try {
    await transporter.verify();
    return ok(`smtp: ${url.hostname} lets us in`);
  } catch (error) {
    const isAuth = (error as { code?: string }).code === "EAUTH";
    return problem(
      `smtp: ${reason(error)}`,
      isAuth
        ? "Correct user and password in SMTP_URL; what is odd in them is percent-encoded."
        : "See whether SMTP_URL names host and port (587 with STARTTLS, smtps://…:465), and whether this machine may connect there.",
    );
  } finally {
    transporter.close();
  }
}

async function checkResend(config: Config): Promise<Result> {
  const key = config.RESEND_API_KEY ?? config.EMAIL_API_KEY ?? "";
  const { status, body } = await ask(`${config.RESEND_BASE_URL}/domains`, key);
  // A key that may do nothing but send is the right one.
  if (status === 200 || body.name === "restricted_api_key") return ok("resend takes the key");
  return refused("resend", status, "RESEND_API_KEY");
}

async function checkSendgrid(config: Config): Promise<Result> {
  const key = config.SENDGRID_API_KEY ?? config.EMAIL_API_KEY ?? "";
  const { status, body } = await ask(`${config.SENDGRID_BASE_URL}/v3/scopes`, key);
  if (status !== 200) return refused("sendgrid", status, "SENDGRID_API_KEY");
  return Array.isArray(body.scopes) && !body.scopes.includes("mail.send")
    ? problem("sendgrid: the key may not send", "Give the key the permission “Mail Send”.")
    : ok("sendgrid takes the key");
}

const refused = (who: string, status: number, setting: string): Result =>
  status === 401 || status === 403 || status === 400
    ? problem(
        `${who} does not take the key (${status})`,
        `Make a new key there, and set ${setting}.`,
      )
    : problem(
        `${who} answers ${status}`,
        `See the status page of ${who}, and whether its base URL is right.`,
      );

async function ask(
  url: string,
  key: string,
): Promise<{ status: number; body: { name?: unknown; scopes?: unknown } }> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${key}`, accept: "application/json" },
    redirect: "manual",
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch((error: unknown) => {
    throw new Error(`${new URL(url).origin} cannot be reached: ${reason(error)}`);
  });
  const body = await response.json().catch(() => ({}));
  return { status: response.status, body: (body ?? {}) as { name?: unknown; scopes?: unknown } };
}
