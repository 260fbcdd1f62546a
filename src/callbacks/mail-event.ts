import type { MailEvent } from "./queries.ts";

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A promise's id, if it is one: another installation may share the account. */
export const outboxIdOf = (value: unknown): string | null =>
  typeof value === "string" && UUID.test(value) ? value : null;

/** A provider's text, as the database takes it. */
export const wordsOf = (value: unknown, max = 500): string | null =>
  typeof value === "string" && value !== ""
    ? // biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL takes no NUL, and nobody reads the others
      value.slice(0, max).replace(/[\u0000-\u001f\u007f]|\p{Cs}/gu, " ")
    : null;

/** An event that can be about a mail of ours. */
export const isTraceable = ({ outboxId, providerId }: MailEvent): boolean =>
  outboxId !== null || providerId !== null;
