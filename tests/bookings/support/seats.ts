// Types whose guests share a meeting.
import type { Email } from "../../../src/messages/email/provider.ts";
import { composeRow } from "../../support/compose.ts";
import { book, makeHost, makeMeetingType } from "../../support/make.ts";
import type { Answer, Api, TestWorld } from "../../support/world.ts";
import { asks } from "./asking.ts";

type Given = NonNullable<Parameters<typeof makeMeetingType>[2]>;

/** A host and his type with so many seats. */
export async function seated(
  world: TestWorld,
  capacity: number,
  { policies, ...given }: Given & { policies?: object } = {},
) {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, given);
  if (policies) await asks(world, type, { policies });
  await seatsOf(world, type, capacity);
  return { host, type };
}

/** Gives the type so many seats, as its host would. */
export async function seatsOf(world: TestWorld, type: { id: string }, capacity: number) {
  await world.db.run(
    "update meeting_types set capacity = $2, version = version + 1 where id = $1",
    [type.id, capacity],
  );
}

/** A guest of this name takes a seat. */
export const seat = (
  api: Api,
  type: { id: string },
  start: string,
  name: string,
  more: { headers?: Record<string, string>; [field: string]: unknown } = {},
): Promise<Answer> =>
  book(api, type, start, { ...more, guest: { name, email: `${name.toLowerCase()}@example.com` } });

/** "3/10 CONFIRMED: Grace, Mary" of each meeting of a type, with who is there. */
export async function meetingsOf(world: TestWorld, { id }: { id: string }): Promise<string[]> {
  const rows = await world.db.run(
    `select b.seats_taken, b.capacity, b.status, (
       select string_agg(name, ', ' order by name) from attendees a
       where a.booking_id = b.id and a.status = 'ACTIVE') as names
     from bookings b where b.meeting_type_id = $1 order by b.created_at, b.id`,
    [id],
  );
  return rows.map(
    ({ seatsTaken, capacity, status, names }) => `${seatsTaken}/${capacity} ${status}: ${names}`,
  );
}

/** Every mail that a booking promises and that would be sent now, and forgets them. */
export async function tellAll(
  world: TestWorld,
  bookingId: string,
): Promise<{ kind: string; to: string; mail: Email; ics: string }[]> {
  const rows = (await world.db.run(
    "delete from outbox where booking_id = $1 and queue = 'emails' and done_at is null returning *",
    [bookingId],
  )) as unknown as { id: string; kind: string }[];
  rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  const mails = await Promise.all(rows.map((row) => composeRow(world, row)));
  return rows.flatMap(({ kind }, i) => {
    const mail = mails[i];
    if (!mail) return [];
    const ics = (mail.attachments[0]?.content ?? "").replaceAll("\r\n ", "");
    return [{ kind, to: mail.to.email, mail, ics }];
  });
}
