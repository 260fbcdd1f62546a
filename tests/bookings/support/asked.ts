// Bookings of types whose host wants to be asked, and the mails that were promised.
import type { Email } from "../../../src/messages/email/provider.ts";
import { composeRow } from "../../support/compose.ts";
import { book, type Host, makeHost, makeMeetingType } from "../../support/make.ts";
import { client, type TestWorld } from "../../support/world.ts";
import { guestOf } from "./guest.ts";

export const MONDAY_10 = "2026-11-23T10:00:00Z";

type Given = Parameters<typeof makeMeetingType>[2];

/** A type that must be confirmed. */
export async function makeAskedType(world: TestWorld, host: Host, given: Given = {}) {
  const type = await makeMeetingType(world, host, given);
  await world.db.run("update meeting_types set requires_confirmation = true where id = $1", [
    type.id,
  ]);
  return type;
}

/** What hosts do with a booking. */
export function hostOf(world: TestWorld, { token }: { token: string }, id: string) {
  const api = client(world);
  const patch = (verb: string) => (body?: object, headers?: Record<string, string>) =>
    api("PATCH", `/bookings/${id}/${verb}`, {
      token,
      ...(body && { body }),
      ...(headers && { headers }),
    });
  return {
    get: () => api("GET", `/bookings/${id}`, { token }),
    confirm: patch("confirm"),
    decline: patch("decline"),
    restore: patch("restore"),
    reassign: patch("reassign"),
    noShow: patch("no-show"),
    notes: patch("host-notes"),
    cancel: patch("cancel"),
    move: patch("reschedule"),
  };
}

/** A request for Monday at ten. */
export async function asked(world: TestWorld, given: Given = {}, start = MONDAY_10) {
  const host = await makeHost(world);
  const type = await makeAskedType(world, host, given);
  return { type, ...(await askFor(world, host, type, start)) };
}

export async function askFor(
  world: TestWorld,
  host: Host,
  type: { id: string },
  start = MONDAY_10,
) {
  const api = client(world);
  const made = await book(api, type, start);
  const id: string = made.body.booking?.id;
  return { api, host, made, id, guest: guestOf(api, made), by: hostOf(world, host, id) };
}

export interface Told {
  readonly kind: string;
  readonly to: string;
  readonly mail: Email;
}

/** The mails that would be sent now, as they would read. */
export async function mailsOf(world: TestWorld, bookingId: string): Promise<Told[]> {
  const rows = (await world.db.run(
    "select * from outbox where booking_id = $1 and queue = 'emails' and done_at is null order by due_at, id",
    [bookingId],
  )) as unknown as { kind: string }[];
  const mails = await Promise.all(rows.map((row) => composeRow(world, row)));
  return rows.flatMap(({ kind }, i) => {
    const mail = mails[i];
    return mail ? [{ kind, to: mail.to.email, mail }] : [];
  });
}

/** "BOOKING_REQUESTED grace@example.com" of each, sorted. */
export const toldOf = (mails: readonly Told[]): string[] =>
  mails.map(({ kind, to }) => `${kind} ${to}`).sort();

/** The lines of the one calendar file of a mail. */
export const icsOf = ({ mail }: Told): string[] =>
  (mail.attachments[0]?.content ?? "").replace(/\r\n /g, "").split("\r\n");

/** When reminders are promised for whom, of those that still count. */
export const remindersOf = async (world: TestWorld, bookingId: string): Promise<string[]> =>
  (
    await world.db.run(
      `select coalesce(o.attendee_id, o.user_id) as whom from outbox o join bookings b on b.id = o.booking_id
       where b.id = $1 and o.queue = 'reminders' and o.sequence = b.sequence and b.status = 'CONFIRMED'`,
      [bookingId],
    )
  ).map(({ whom }) => `${whom}`);
