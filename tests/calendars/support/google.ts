import { makeGoogle } from "../../../src/calendars/google.ts";
import type {
  Access,
  ChangedResource,
  ChangesPage,
  EventDraft,
  Span,
} from "../../../src/calendars/provider.ts";
import { parseConfig } from "../../../src/config.ts";
import { newId } from "../../../src/db/id.ts";
import { openGoogle } from "../../support/google-calendar.ts";

export const NOW = Temporal.Instant.from("2026-11-22T10:00:00Z");
export const HOME = "ada@example.com";

export const span = (start: string, end: string): Span => ({
  start: Temporal.Instant.from(start),
  end: Temporal.Instant.from(end),
});

/** From yesterday for three months. */
export const WINDOW = span("2026-11-21T00:00:00Z", "2027-02-22T00:00:00Z");

const configOf = (GOOGLE_BASE_URL: string) =>
  parseConfig({
    NODE_ENV: "test",
    DATABASE_URL: "postgres://nobody@localhost/nowhere",
    JWT_SECRET: "a secret for tests that is long enough",
    GOOGLE_BASE_URL,
  });

/** A stand-in with one calendar, and our provider with a token for it. */
export async function googleHere(bounds: { deadlineMs?: number; maxBytes?: number } = {}) {
  const google = await openGoogle({ now: () => NOW, deliver: async () => {} });
  google.addCalendar(HOME, { primary: true });
  const provider = makeGoogle({ config: configOf(google.url), now: () => NOW }, bounds);
  /** What was asked of the connection: which token was refused, if any. */
  const rejected: (string | undefined)[] = [];
  const access: Access = {
    kind: "token",
    token: async (refused) => {
      rejected.push(refused);
      return refused === undefined ? "token-1" : "token-2";
    },
  };
  const pagesSince = async (cursor: string | null, window = WINDOW): Promise<ChangesPage[]> =>
    Array.fromAsync(provider.changes(access, { calendar: HOME, cursor, window }));
  return {
    google,
    provider,
    access,
    rejected,
    pagesSince,
    /** One run, its pages together. */
    changesSince: async (cursor: string | null, window = WINDOW) => {
      const pages = await pagesSince(cursor, window);
      return {
        resources: pages.flatMap(({ resources }) => resources),
        isFull: pages.every(({ isFull }) => isFull),
        cursor: pages.at(-1)?.cursor ?? null,
      };
    },
    [Symbol.asyncDispose]: () => google[Symbol.asyncDispose](),
  };
}

export const draft = (over: Partial<EventDraft> = {}): EventDraft => ({
  key: newId(),
  bookingId: newId(),
  summary: "Intro call: Alan Turing",
  description: "With Alan Turing",
  location: null,
  during: span("2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z"),
  timeZone: "Europe/Berlin",
  conference: null,
  ...over,
});

/** What of a list of changes can be compared at a glance. */
export const times = (resources: readonly ChangedResource[]): string[] =>
  resources
    .flatMap(({ busy }) => busy.map(({ start, end, kind }) => `${start}/${end} ${kind}`))
    .sort();
