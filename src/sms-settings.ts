/** What the chosen SMS provider cannot work without. */
export function* missingForSms(
  given: Readonly<Record<string, string | undefined>>,
): Generator<[name: string, why: string]> {
  if (!/^(\*|[A-Za-z]{2})(\s*,\s*(\*|[A-Za-z]{2}))*$/.test(given["SMS_COUNTRIES"] ?? "*"))
    yield ["SMS_COUNTRIES", "must be countries such as DE,AT,CH, or * for all"];
  if (given["SMS_PROVIDER"] !== "twilio") return;
  for (const name of ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"])
    if (given[name] === undefined) yield [name, "is missing: twilio needs it"];
  if (given["SMS_COUNTRIES"] === undefined)
    yield [
      "SMS_COUNTRIES",
      "is missing: name those that SMS may go to, such as DE,AT,CH, or * for all",
    ];
}
