// What must be true in the end: of the tables, and of what the provider has seen.
import type { Diary } from "./guests.ts";
import type { Provider } from "./mail.ts";

type Sql = (text: string) => Promise<readonly Record<string, unknown>[]>;

interface Row {
  readonly id: string;
  readonly status: string;
  readonly start: string;
  readonly sequence: number;
  readonly cancelled_at: string | null;
  readonly reservations: number;
}

interface Promised {
  readonly id: string;
  readonly queue: string;
  readonly kind: string;
  readonly booking_id: string;
  readonly sequence: number;
  readonly is_host: boolean;
  readonly address: string;
  readonly due_at: string;
  readonly outcome: string | null;
  readonly is_noted: boolean;
}

export interface Verdict {
  readonly faults: string[];
  readonly counts: Readonly<Record<string, number>>;
}

export async function judge(sql: Sql, diary: Diary, provider: Provider): Promise<Verdict> {
  const faults: string[] = [];
  const expect = (isSo: boolean, what: string) => {
    if (!isSo) faults.push(what);
  };
  const bookings = (await sql(
    `select id::text, status, to_char(lower(during), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as start, sequence, cancelled_at::text,
       (select count(*) from reservations r where r.booking_id = b.id)::int as reservations from bookings b`,
  )) as unknown as Row[];
  const promises = (await sql(
    `select o.id::text, o.queue, o.kind, o.booking_id::text, o.sequence, o.user_id is not null as is_host,
       coalesce(u.email, a.email)::text as address, o.due_at::text, o.outcome,
       exists (select from deliveries d where d.outbox_id = o.id) as is_noted
     from outbox o left join users u on u.id = o.user_id left join attendees a on a.id = o.attendee_id`,
  )) as unknown as Promised[];
  const taken = await provider.taken(sql);

  // The tables and the diary say the same.
  const known = new Set(bookings.map(({ id }) => id));
  for (const id of diary.entries.keys())
    expect(known.has(id), `${id} was acknowledged and is lost`);
  for (const { id, status, start, reservations } of bookings) {
    const entry = diary.entries.get(id);
    expect(entry !== undefined, `${id} is there, and nobody was told so`);
    const is = status === "CANCELLED" ? null : start;
    expect(!entry || entry.may.includes(is), `${id} is ${is}, and was told as ${entry?.may}`);
    expect(reservations === (is === null ? 0 : 1), `${id} (${status}) holds ${reservations} times`);
  }

  // Every promise came to an end, and the provider has seen exactly what is said to be done.
  const seen = Map.groupBy(taken, ({ key }) => key);
  let repeats = 0;
  let sentInTime = 0;
  for (const { id, queue, kind, outcome, address, is_noted } of promises) {
    const mails = seen.get(id) ?? [];
    const what = `${kind} ${id} (${queue}, ${outcome})`;
    if (queue === "reminders") {
      expect(outcome !== "failed", `${what} failed`);
      continue;
    }
    expect(outcome === "done" || outcome === "superseded", `${what} is neither kept nor void`);
    if (outcome === "done") expect(mails.length > 0 && is_noted, `${what} reached nobody`);
    // It was taken while it was true, and nobody lived to write that down.
    if (outcome === "superseded" && mails.length > 0) sentInTime += 1;
    expect(
      mails.every(({ to }) => to === address),
      `${what} went to somebody else`,
    );
    repeats += Math.max(0, mails.length - 1);
    expect(mails.length <= 1 || !provider.knowsRepeats, `${what} arrived ${mails.length} times`);
  }
  const promisedIds = new Set(promises.map(({ id }) => id));
  for (const key of seen.keys())
    expect(promisedIds.has(key), `A mail of no promise was sent: ${key}`);

  // Guest and host of each booking know how it stands, and were reminded if and only if it was time.
  const now = Date.now();
  let reminded = 0;
  for (const { id, status, sequence, cancelled_at } of bookings) {
    const own = promises.filter(({ booking_id }) => booking_id === id);
    const isTold = (kinds: string[], isHost: boolean) =>
      own.some(
        (each) =>
          each.queue === "emails" &&
          kinds.includes(each.kind) &&
          each.is_host === isHost &&
          each.outcome === "done" &&
          (status === "CANCELLED" || each.sequence === sequence),
      );
    const kinds =
      status === "CANCELLED"
        ? ["BOOKING_CANCELLED"]
        : [sequence === 0 ? "BOOKING_CONFIRMATION" : "BOOKING_RESCHEDULED"];
    for (const isHost of [true, false])
      expect(isTold(kinds, isHost), `${isHost ? "The host" : "The guest"} of ${id} was never told`);
    for (const due of own.filter(({ queue }) => queue === "reminders")) {
      const dueAt = Date.parse(due.due_at);
      const isVoid = status === "CANCELLED" || due.sequence !== sequence;
      const mails = own.filter(
        (each) =>
          each.queue === "emails" &&
          each.kind === "BOOKING_REMINDER" &&
          each.is_host === due.is_host &&
          each.sequence === due.sequence,
      );
      expect(mails.length <= 1, `A reminder of ${id} was promised ${mails.length} times`);
      if (!isVoid && due.outcome !== null) {
        expect(due.outcome === "done", `A reminder of ${id} was dropped: ${due.outcome}`);
        expect(mails[0]?.outcome === "done", `A reminder of ${id} never came`);
        reminded += 1;
      }
      if (!isVoid && dueAt < now && due.outcome === null)
        faults.push(`A reminder of ${id} is late`);
      // The lease has moved due_at on, so "before it was due" is: no mail was ever promised.
      const wasCancelledFirst = cancelled_at !== null && mails.length === 0;
      if (isVoid && due.outcome === "done" && wasCancelledFirst)
        faults.push(`A reminder of ${id}, which was void, was fired`);
      if (cancelled_at !== null)
        for (const mail of mails)
          for (const { at } of seen.get(mail.id) ?? [])
            expect(
              at < Date.parse(cancelled_at) + RACE_MS,
              `${id} was reminded of after it was cancelled`,
            );
    }
  }
  const count = (isSo: (row: Row) => boolean) => bookings.filter(isSo).length;
  return {
    faults,
    counts: {
      requests: diary.asked,
      unanswered: diary.unanswered,
      bookings: bookings.length,
      moved: count(({ sequence, status }) => sequence > 0 && status !== "CANCELLED"),
      cancelled: count(({ status }) => status === "CANCELLED"),
      promises: promises.length,
      mails: taken.length,
      reminded,
      repeats,
      "times at most": Math.max(0, ...[...seen.values()].map((mails) => mails.length)),
      "sent, then void": sentInTime,
    },
  };
}

/** A mail that is on its way when its meeting is cancelled arrives. */
const RACE_MS = 2_000;
