// Guests who book, move and cancel while everything breaks, and keep a diary of what they were told.
import { type Host, type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { client } from "../support/world.ts";
import { makeHook } from "../webhooks/support/house.ts";
import type { Stage } from "./stage.ts";
import type { Receivers } from "./webhooks.ts";

const ALWAYS = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];
const MINUTE = 60_000;

/** What a booking may be by now: more than one thing while an answer is outstanding. */
export interface Entry {
  readonly id: string;
  /** "2026-12-01T09:00:00Z", or null for cancelled. */
  may: (string | null)[];
}

export interface Diary {
  readonly entries: Map<string, Entry>;
  asked: number;
  unanswered: number;
}

/** Asks once; status 0 where nobody answered. */
export type Ask = (
  method: string,
  path: string,
  body: object,
  headers: Record<string, string>,
) => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;

export interface Offer {
  readonly host: Host;
  readonly type: MeetingType;
  readonly minutesBefore: number;
}

export const EVENTS = [
  "booking.created",
  "booking.rescheduled",
  "booking.cancelled",
  "booking.reminder",
];

/**
 * Hosts who are always open and have an endpoint each, and five types: whatever minute a reminder shall be due in, one
 * of them has it.
 */
export async function makeHosts(
  { world }: Stage,
  receivers: Receivers,
  count: number,
): Promise<Offer[][]> {
  const all: Offer[][] = [];
  for (let i = 0; i < count; i += 1) {
    const host: Host = await makeHost(world, { hours: ALWAYS });
    const url = receivers.urlOf(`host-${i}`);
    receivers.know(url, (await makeHook(client(world), host, url, EVENTS)).secret);
    const offers: Offer[] = [];
    for (let minutesBefore = 120; minutesBefore < 125; minutesBefore += 1)
      offers.push({
        host,
        minutesBefore,
        type: await makeMeetingType(world, host, {
          minutes: 5,
          step: 5,
          notifications: { sms: true },
          reminders: [
            { minutesBefore, channel: "email", to: "both" },
            { minutesBefore, channel: "sms", to: "guest" },
          ],
        }),
      });
    all.push(offers);
  }
  return all;
}

/** Asks any of them, as a client does who knows all their addresses. */
export const askAny =
  (urls: readonly string[], next: () => number): Ask =>
  async (method, path, body, headers) => {
    const url = urls[Math.floor(next() * urls.length)]!;
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    }).catch(() => null);
    const text = await response?.text().catch(() => null);
    if (!response || text === null || text === undefined) return { status: 0, body: {} };
    return { status: response.status, body: parsed(text) };
  };

/** Asks until somebody says yes or no; whether that was the first answer. */
export const insisting =
  (ask: Ask, next: () => number) =>
  async (...args: Parameters<Ask>) => {
    for (let tries = 0; ; tries += 1) {
      const answer = await ask(...args);
      if (answer.status > 0 && answer.status < 500) return { ...answer, isSure: tries === 0 };
      await Bun.sleep(200 + 300 * next());
    }
  };

/** Guests who book what nobody else wants, move it and cancel it. A refusal is told when they are stopped. */
export function startGuests(hosts: Offer[][], count: number, next: () => number, askOnce: Ask) {
  const diary: Diary = { entries: new Map(), asked: 0, unanswered: 0 };
  const begun = Date.now();
  const near = new Set<string>();
  let phones = 0;
  let far = 0;
  let isOver = false;

  const ask: Ask = async (...args) => {
    diary.asked += 1;
    const answer = await askOnce(...args);
    if (answer.status === 0) diary.unanswered += 1;
    return answer;
  };

  const insist = insisting(ask, next);

  /** A time that nobody else wants: of every other booking the reminder is due within the next minutes. */
  function choose(): { type: MeetingType; start: string } {
    const offers = hosts[Math.floor(next() * hosts.length)]!;
    if (next() < 0.5) {
      const due = Math.ceil((Date.now() + 10_000) / MINUTE) * MINUTE;
      for (const { type, minutesBefore } of offers) {
        const start = due + minutesBefore * MINUTE;
        const key = `${hosts.indexOf(offers)} ${start}`;
        if (start % (5 * MINUTE) !== 0 || near.has(key)) continue;
        near.add(key);
        return { type, start: iso(start) };
      }
    }
    return { type: offers[Math.floor(next() * offers.length)]!.type, start: farAway() };
  }

  const farAway = () =>
    iso(Math.ceil(begun / (5 * MINUTE)) * 5 * MINUTE + 30 * 24 * 60 * MINUTE + 5 * MINUTE * far++);

  // Each has a number of his own: Twilio tells SMS apart by their number and text.
  function newNumber(): string {
    phones += 1;
    return `+1202${5_550_000 + phones}`;
  }

  async function visit(guest: number): Promise<void> {
    const { type, start } = choose();
    const made = await insist(
      "POST",
      "/bookings",
      {
        meetingTypeId: type.id,
        start,
        guest: {
          ...{ name: `Guest ${guest}`, email: `guest-${guest}@example.com`, timeZone: "UTC" },
          ...(next() < 0.6 && { phone: newNumber(), smsOptIn: true }),
        },
      },
      { "idempotency-key": crypto.randomUUID() },
    );
    if (made.status !== 201) throw new Error(`A booking was refused: ${JSON.stringify(made.body)}`);
    const { id } = made.body["booking"] as { id: string };
    const token = new URL(`${made.body["cancelUrl"]}`).searchParams.get("token") ?? "";
    const entry: Entry = { id, may: [start] };
    diary.entries.set(id, entry);
    const change = async (verb: string, body: object, then: string | null) => {
      const before = entry.may;
      entry.may = [...before, then];
      const answer = await insist("PATCH", `/bookings/${id}/${verb}`, body, {
        "x-booking-token": token,
      });
      if (answer.status === 200) entry.may = [then];
      else if (answer.isSure)
        throw new Error(`${verb} was refused: ${JSON.stringify(answer.body)}`);
    };
    await Bun.sleep(500 * next());
    if (next() < 0.35) {
      const to = farAway();
      await change("reschedule", { start: to }, to);
    }
    if (next() < 0.3) await change("cancel", {}, null);
  }

  const live = async (guest: number) => {
    for (let n = 0; !isOver; n += 1) {
      await visit(guest + count * n);
      await Bun.sleep(300 * next());
    }
  };
  const all = Promise.all(Array.from({ length: count }, (_, guest) => live(guest)));
  // A refusal is told when they are stopped.
  all.catch(() => {});
  return {
    diary,
    stop: async () => {
      isOver = true;
      await all;
      return diary;
    },
  };
}

export const iso = (ms: number): string => Temporal.Instant.fromEpochMilliseconds(ms).toString();

export function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
