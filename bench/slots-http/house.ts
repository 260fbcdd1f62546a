// Hosts whose month is full, and what guests ask about it.
import { findSlots } from "../../src/slots/find-slots.ts";
import type { World } from "../../src/world.ts";
import { makeCalendar, makeConnection } from "../../tests/calendars/support/house.ts";
import { type Host, makeHost, makeMeetingType } from "../../tests/support/make.ts";
import { capture } from "../support/capture.ts";
import type { BareStatement } from "../support/child.ts";

export const DAYS = 31;
export const BOOKINGS = 200;
export const CALENDARS = 3;
export const TEAM = 10;
const EVENTS_PER_CALENDAR = 20;
const STEP_MINUTES = 30;
/** Coprime to the steps of a month: visits them in an order that looks random and is always the same. */
const STRIDE = 7919;

const first = Temporal.Now.instant().round({ smallestUnit: "hour" }).add({ hours: 24 });

/** A type of one host with so many bookings in the month, of half an hour at his working hours. */
export async function makeType(world: World, bookings: number): Promise<{ id: string }> {
  const host = await makeBusyHost(world, bookings);
  return makeMeetingType(world, host);
}

/** A type that one of ten hosts takes in turn, each as busy as the one above. */
export async function makeTeamType(world: World): Promise<{ id: string }> {
  const hosts: Host[] = [];
  while (hosts.length < TEAM) hosts.push(await makeBusyHost(world, BOOKINGS));
  return makeMeetingType(world, hosts[0]!, { groups: [{ hosts, required: 1 }] });
}

async function makeBusyHost(world: World, bookings: number): Promise<Host> {
  const host = await makeHost(world, { zone: "Europe/Berlin" });
  const { id: typeId } = await makeMeetingType(world, host);
  const steps = workingSteps();
  const taken = Array.from({ length: bookings }, (_, i) => steps[(i * STRIDE) % steps.length]!);
  await world.db.run(
    `with b as (
       insert into bookings (id, meeting_type_id, host_id, title, during, status, host_zone, location)
       select gen_random_uuid(), $2, $1, 'Intro call', tstzrange(at, at + interval '${STEP_MINUTES} minutes'),
         'CONFIRMED', 'Europe/Berlin', '{"type": "PHONE"}'
       from jsonb_array_elements_text($3) s, lateral (select s::timestamptz) x(at)
       returning id, host_id, during
     ), h as (
       insert into booking_hosts (booking_id, host_id) select id, host_id from b
     )
     insert into reservations (host_id, reserved, booking_id) select host_id, during, id from b`,
    [host.id, typeId, world.db.parameter("jsonb", taken.map(String) as never)],
  );
  const connection = await makeConnection(world, host, host.email, "google");
  for (let n = 0; n < CALENDARS; n += 1) {
    const calendar = await makeCalendar(world, host, { connection });
    await world.db.run(
      `insert into external_busy (calendar_id, external_id, host_id, during, kind, generation)
       select $1, 'event-' || n, $2, tstzrange(at, at + interval '45 minutes'), 'busy', 1
       from generate_series(1, ${EVENTS_PER_CALENDAR}) n,
         lateral (select $3::timestamptz + n * interval '35 hours' + $4::int * interval '7 hours') x(at)`,
      [calendar.id, host.id, first as never, n],
    );
  }
  return host;
}

/** Every start of half an hour from 9 to 17 on the weekdays of the month, in Berlin. */
function workingSteps(): Temporal.Instant[] {
  const steps: Temporal.Instant[] = [];
  const from = first.toZonedDateTimeISO("Europe/Berlin").toPlainDate();
  for (let day = 0; day < DAYS; day += 1) {
    const date = from.add({ days: day });
    if (date.dayOfWeek > 5) continue;
    for (let minute = 9 * 60; minute < 17 * 60; minute += STEP_MINUTES) {
      const plainTime = new Temporal.PlainTime(Math.floor(minute / 60), minute % 60);
      steps.push(date.toZonedDateTime({ timeZone: "Europe/Berlin", plainTime }).toInstant());
    }
  }
  return steps;
}

/** The month from so many minutes after its beginning: no two are the same question. */
function questionOf(type: { id: string }, minutes: number) {
  const from = first.add({ minutes });
  const until = from.add({ hours: 24 * DAYS });
  return {
    meetingTypeId: type.id,
    from: from.toString(),
    until: until.toString(),
    timeZone: "Europe/Berlin",
  };
}

export function pathOf(type: { id: string }, minutes: number): string {
  const { meetingTypeId, ...query } = questionOf(type, minutes);
  return `/api/v1/meeting-types/${meetingTypeId}/slots?${new URLSearchParams(query)}`;
}

/** The statement that answers that question, with its values. */
export async function factsOf(world: World, type: { id: string }): Promise<BareStatement> {
  const [facts] = await capture(world, (watched) => findSlots(watched, questionOf(type, 0)));
  if (!facts) throw new Error("The slots were answered without a statement");
  return facts;
}
