interface Chosen {
  readonly EMAIL_PROVIDER: string;
  readonly EMAIL_FALLBACK_PROVIDER?: string;
}

/** What the chosen mail providers cannot work without. */
export function missingForMail(
  { EMAIL_PROVIDER, EMAIL_FALLBACK_PROVIDER }: Chosen,
  given: Readonly<Record<string, string | undefined>>,
): [name: string, why: string][] {
  // What is none of them is told already.
  const chosen = (["mock", "resend", "sendgrid", "smtp"] as const).filter(
    (each) => each === EMAIL_PROVIDER || each === EMAIL_FALLBACK_PROVIDER,
  );
  const lacks: [string, string][] = [];
  if (chosen.includes("smtp") && !URL.canParse(given["SMTP_URL"] ?? ""))
    lacks.push(["SMTP_URL", "is missing: smtp needs smtp://user:password@host:587"]);
  for (const each of ["resend", "sendgrid"] as const) {
    const name = `${each.toUpperCase()}_API_KEY`;
    // The general key is the main provider's.
    const isKeyed = given[name] ?? (each === EMAIL_PROVIDER ? given["EMAIL_API_KEY"] : undefined);
    if (chosen.includes(each) && isKeyed === undefined)
      lacks.push([
        name,
        each === EMAIL_PROVIDER
          ? `is missing: ${each} needs it, or EMAIL_API_KEY`
          : `is missing: ${each} needs it`,
      ]);
  }
  if (chosen.some((each) => each !== "mock") && given["EMAIL_FROM"] === undefined)
    lacks.push(["EMAIL_FROM", "is missing: providers send for your own addresses only"]);
  if (EMAIL_FALLBACK_PROVIDER !== undefined && EMAIL_FALLBACK_PROVIDER === EMAIL_PROVIDER)
    lacks.push(["EMAIL_FALLBACK_PROVIDER", "must be another one than EMAIL_PROVIDER"]);
  return lacks;
}
