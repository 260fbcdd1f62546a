// Shared words of the wire.
import {
  FormatRegistry,
  Kind,
  type Static,
  type TProperties,
  type TSchema,
  Type,
  TypeRegistry,
} from "@sinclair/typebox";
import { findZone } from "./availability/zone.ts";
import { readPhone } from "./phone.ts";

// Elysia's own "date-time" takes bare dates and the 30th of February.
FormatRegistry.Set(
  "instant",
  // Of four digits only, also a day later and in every zone: later years are written in ways that
  // PostgreSQL, Temporal and calendars do not read from one another.
  (text) => /^(?!9999)\d{4}-/.test(text) && parses(() => Temporal.Instant.from(text)),
);
FormatRegistry.Set(
  "day",
  (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && parses(() => Temporal.PlainDate.from(text)),
);
FormatRegistry.Set("zone", (text) => findZone(text) !== null);
FormatRegistry.Set("phone", (text) => readPhone(text) === text);
FormatRegistry.Set("id", (text) => /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i.test(text));
FormatRegistry.Set(
  "email",
  (text) =>
    text.length <= 254 &&
    /^[^\s@<>"',;:\\()[\]]{1,64}@[^\s@<>"',;:\\()[\]]+\.[^\s@.<>"',;:\\()[\]]+$/u.test(text),
);
// What a browser calls the place of a page (RFC 6454), and no more: it goes into headers. Names of hosts may hold ";" in a URL.
FormatRegistry.Set(
  "origin",
  (text) =>
    /^https?:\/\/([a-z\d-]+(\.[a-z\d-]+)*|\[[\da-f:]+\])(:\d{1,5})?$/.test(text) &&
    URL.parse(text)?.origin === text,
);
// One line of text that means something: no control characters, not blank.
FormatRegistry.Set("line", (text) => /\S/u.test(text) && !CONTROL.test(text));
FormatRegistry.Set("prose", (text) => !CONTROL_BUT_NEWLINES.test(text));

// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029]|\p{Cs}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const CONTROL_BUT_NEWLINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Cs}/u;

/** A body that refuses what it does not know, so that a typo is seen. */
export const Body = <P extends TProperties>(
  properties: P,
  options: { description?: string; examples?: unknown[] } = {},
) => Type.Object(properties, { additionalProperties: false, ...options });

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** One of these words. */
export const OneOf = <const T extends string[]>(...words: T) =>
  Type.Unsafe<T[number]>({ [Kind]: "OneOf", type: "string", enum: words });
TypeRegistry.Set<{ enum: string[] }>("OneOf", (schema, value) =>
  schema.enum.includes(value as string),
);

export const Id = Type.String({
  format: "id",
  description: "UUID",
  examples: ["0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e"],
});
export const Instant = Type.String({
  format: "instant",
  maxLength: 40,
  description: "RFC 3339 instant with Z or an offset",
  examples: ["2026-12-01T09:00:00Z"],
});
export const Day = Type.String({
  format: "day",
  description: "Calendar date",
  examples: ["2026-12-01"],
});
export const Zone = Type.String({
  format: "zone",
  maxLength: 64,
  description: "IANA time zone name",
  examples: ["Europe/Berlin"],
});
export const GuestLocale = Type.String({
  pattern: "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
  maxLength: 35,
  description:
    "Language tag (RFC 5646) of the mails to the guest; where there are no words in it, Accept-Language counts, else the host's language",
  examples: ["de"],
});
/** Where a page is from. */
export const Origin = Type.String({
  format: "origin",
  maxLength: 200,
  description: "Scheme, host and port, as browsers write them",
  examples: ["https://www.example.com"],
});
export const Origins = Type.Array(Origin, { maxItems: 50, uniqueItems: true });
export const Email = Type.String({
  format: "email",
  maxLength: 254,
  examples: ["grace@example.com"],
});

export const Phone = Type.String({
  format: "phone",
  maxLength: 16,
  description: "Phone number as E.164 writes it",
  examples: ["+12025550123"],
});

export const SmsOptIn = Type.Boolean({
  default: false,
  description: "Tell the guest by SMS too, where the meeting type does; needs `phone`",
});

/** One line of 1 to max characters. */
export const Line = (max: number, example: string) =>
  Type.String({ format: "line", minLength: 1, maxLength: max, examples: [example] });
/** Text of several lines, at most max characters. */
export const Prose = (max: number, example: string) =>
  Type.String({ format: "prose", maxLength: max, examples: [example] });

/** How much is taken on per calendar period. */
export const Caps = Type.Array(
  Body(
    {
      per: OneOf("day", "week", "month"),
      bookings: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 44_640 })),
    },
    {
      description:
        "At most so many bookings, or minutes of them, per calendar day, week (from Monday) or month of the schedule's zone",
    },
  ),
  { maxItems: 3 },
);

export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ data: Type.Array(item), nextCursor: Nullable(Type.String()) });
export const Message = Type.Object({ message: Type.String() });

export type Instant = Static<typeof Instant>;

function parses(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
