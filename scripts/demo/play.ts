// The play: Grace offers a meeting, Alan books, moves and cancels it, and everybody is told.
import type { Static } from "@sinclair/typebox";
import type { SignedIn } from "../../src/accounts/schema.ts";
import type { Booked, BookingWithHistory } from "../../src/bookings/schema.ts";
import type { MeetingType } from "../../src/meeting-types/schema.ts";
import { when } from "../../src/messages/when.ts";
import type { Slot as SlotSchema, Slots as SlotsSchema } from "../../src/slots/schema.ts";
import type { Client, Refusal } from "./client.ts";
import { awaitMail, type Invitation, invitationOf, linkIn, type Mail } from "./mailbox.ts";
import { expect, row, shortened, step } from "./stage.ts";

const API = "/api/v1";
const HOST_ZONE = "Europe/Berlin";
const GUEST_ZONE = "America/New_York";

export interface Play {
  readonly client: Client;
  /** Seconds to wait for a mail. */
  readonly patience: number;
  /** Makes names and addresses new in each run. */
  readonly run: string;
}

type Slot = Static<typeof SlotSchema>;
type Slots = Static<typeof SlotsSchema>;
type Booking = Booked["booking"];
type Shop = Static<typeof SignedIn> & { readonly type: MeetingType };

/** Plays it all; breaks off where something is not as promised. Gives the guest's address. */
export async function perform(play: Play): Promise<string> {
  const alan = `alan-${play.run}@example.com`;
  const shop = await openShop(play);
  const { wanted, later } = await findTimes(play, shop);
  const booking = await book(play, shop, wanted, alan);
  await beTold(play, shop, booking);
  await refuseRival(play, shop, wanted);
  const first = await readMail(play, shop, booking, alan);
  const second = await move(play, first, booking, later, alan);
  await seeTimeFree(play, shop, wanted);
  await cancel(play, second, booking, alan);
  await lookBack(play, shop, booking);
  await signOut(play, shop);
  return alan;
}

async function openShop({ client, run }: Play): Promise<Shop> {
  step("A stranger, Grace, makes an account");
  const signedIn = await client.ask<Static<typeof SignedIn>>("POST", `${API}/auth/register`, 201, {
    body: {
      name: "Grace Hopper",
      email: `grace-${run}@example.com`,
      password: `a good password ${run}`,
      timeZone: HOST_ZONE,
    },
  });
  const { token, user } = signedIn;
  row("user", `${user.name}, ${user.email}, called "${user.username}"`);
  row("token", shortened(token));

  step("Grace has working hours already");
  const { data } = await client.ask<{ data: readonly Schedule[] }>("GET", `${API}/schedules`, 200, {
    token,
  });
  const schedule = data.find(({ isDefault }) => isDefault);
  expect(schedule !== undefined, "a new account has a default schedule");
  row("schedule", `${schedule.name}, ${schedule.timeZone}`);
  const hours = Object.groupBy(schedule.hours, ({ from, until }) => `${from}–${until}`);
  for (const [times, days = []] of Object.entries(hours))
    row("open", `${times} on ${days.map(({ weekday }) => weekday).join(", ")}`);

  step("Grace offers a meeting");
  const type = await client.ask<MeetingType>("POST", `${API}/meeting-types`, 201, {
    token,
    body: {
      title: "Intro call",
      durationMinutes: 30,
      bufferAfterMinutes: 10,
      locationType: "CUSTOM_LINK",
      locationDetails: "https://meet.example.com/grace",
    },
  });
  row("meeting", `${type.title}, ${type.durationMinutes} minutes and 10 to breathe after it`);
  row("page", `${client.url}/${user.username}/${type.slug}`);
  return { ...signedIn, type };
}

async function findTimes({ client }: Play, { type }: Shop) {
  step("Alan, in New York, asks for the free times");
  const days = await slots(client, type.id);
  const [first, second] = days;
  expect(first !== undefined && second !== undefined, "the next two weeks have free times");
  for (const { date, slots } of days.slice(0, 3)) {
    const times = slots.map(({ localStart }) => localStart.slice(11, 16));
    const shown = times.length > 5 ? [...times.slice(0, 4), "…", times.at(-1)] : times;
    row(date, `${shown.join(" ")}  (${times.length})`);
  }
  return { wanted: first.slots.at(-1)!, later: second.slots.at(-1)! };
}

async function book({ client }: Play, { type }: Shop, { start }: Slot, email: string) {
  step("Alan books the last one of the first day");
  const guest = { name: "Alan Turing", email, timeZone: GUEST_ZONE };
  const { booking } = await client.ask<Booked>("POST", `${API}/bookings`, 201, {
    body: { meetingTypeId: type.id, start, guest },
  });
  expect(booking.status === "CONFIRMED", "the booking is confirmed at once");
  row("booking", `${booking.id}, ${booking.status}`);
  row("for Alan", told(booking, GUEST_ZONE));
  row("for Grace", told(booking, HOST_ZONE));
  return booking;
}

async function beTold({ client }: Play, { token }: Shop, booking: Booking): Promise<void> {
  step("Grace is told at once, in the app, whether a worker runs or not");
  const path = `${API}/notifications/unread`;
  const { data } = await client.ask<{ data: readonly Notice[] }>("GET", path, 200, { token });
  const notice = data.find(({ metadata }) => metadata?.["bookingId"] === booking.id);
  expect(notice !== undefined, "the notification is there before the answer to the booking");
  row("unread", `${notice.title}: ${notice.message}`);
}

async function refuseRival({ client, run }: Play, { type }: Shop, { start }: Slot): Promise<void> {
  step("Charles wants the same time, and is refused");
  const guest = { name: "Charles", email: `charles-${run}@example.com`, timeZone: GUEST_ZONE };
  const { code, detail, alternatives } = await client.ask<
    Refusal & { readonly alternatives: readonly Slot[] }
  >("POST", `${API}/bookings`, 409, { body: { meetingTypeId: type.id, start, guest } });
  expect(code === "slot_taken", "the refusal is slot_taken");
  expect(alternatives.length > 0, "the refusal names other free times");
  row("refused", `${code}: ${detail}`);
  row("instead", ...alternatives.map(({ localStart }) => localStart.replace("T", " ")));
}

interface Letter {
  readonly mail: Mail;
  readonly invitation: Invitation;
}

async function readMail(play: Play, { user }: Shop, booking: Booking, to: string): Promise<Letter> {
  step("Alan gets a mail with an invitation, in the development mailbox");
  const letter = await receive(play, to, "REQUEST", booking);
  const { invitation } = letter;
  expect(invitation.organizer === user.email, "the host is the organizer");
  expect(invitation.attendee === to, "the guest is the attendee");
  expect(invitation.hasAlarm, "the invitation reminds");
  return letter;
}

async function move(play: Play, letter: Letter, booking: Booking, to: Slot, guest: string) {
  step("Alan follows a link in the mail");
  const link = linkIn(letter.mail, "reschedule");
  expect(link !== null, "the mail has a link to reschedule");
  const page = await play.client.ask<string>("GET", link.path, 200, { accept: "text/html" });
  row("page", /<h1[^>]*>([^<]*)</.exec(page)?.[1] ?? "(it has no heading)");

  step("Alan moves it to another day, by the token of that link");
  const path = `${API}/bookings/${booking.id}/reschedule?token=${link.token}`;
  const moved = await play.client.ask<Booking>("PATCH", path, 200, {
    body: { start: to.start, reason: "My train is late" },
  });
  expect(moved.id === booking.id, "a moved booking stays the same booking");
  row("booking", `${moved.id}, ${moved.status}, version ${moved.version}`);
  row("for Alan", told(moved, GUEST_ZONE));
  const next = await receive(play, guest, "REQUEST", moved);
  expect(next.invitation.uid === letter.invitation.uid, "the UID stays: calendars move the entry");
  return next;
}

async function seeTimeFree({ client }: Play, { type }: Shop, { start, localStart }: Slot) {
  step("The time that Alan gave up is free again");
  const days = await slots(client, type.id);
  const isFree = days.some((day) => day.slots.some((slot) => slot.start === start));
  expect(isFree, "the old time is offered again");
  row("free", localStart.replace("T", " "));
}

async function cancel(play: Play, letter: Letter, booking: Booking, guest: string): Promise<void> {
  step("Alan cancels, by the link in the newer mail");
  const link = linkIn(letter.mail, "cancel");
  expect(link !== null, "the mail has a link to cancel");
  const path = `${API}/bookings/${booking.id}/cancel?token=${link.token}`;
  const cancelled = await play.client.ask<Booking>("PATCH", path, 200, {
    body: { reason: "I found the answer myself" },
  });
  expect(cancelled.status === "CANCELLED", "the booking is cancelled");
  row("booking", `${cancelled.id}, ${cancelled.status}, version ${cancelled.version}`);
  const { invitation } = await receive(play, guest, "CANCEL", cancelled);
  expect(invitation.uid === letter.invitation.uid, "the UID stays: calendars drop the entry");
}

async function lookBack({ client }: Play, { token }: Shop, booking: Booking): Promise<void> {
  step("Grace sees what happened");
  type Found = Static<typeof BookingWithHistory>;
  const path = `${API}/bookings/${booking.id}`;
  const { history } = await client.ask<Found>("GET", path, 200, { token });
  for (const { event, actor, at, reason } of history)
    row(event, `by the ${actor}, ${at.slice(11, 19)} UTC${reason ? `: "${reason}"` : ""}`);
  expect(history.length >= 3, "the history tells of booking, move and cancellation");
}

async function signOut({ client }: Play, { token }: Shop): Promise<void> {
  step("Grace signs out, and her token is dead");
  await client.ask("POST", `${API}/auth/logout`, 200, { token });
  const dead = await client.ask<Refusal>("GET", `${API}/auth/verify`, 401, { token });
  row("refused", `${dead.code}: ${dead.detail}`);
}

/** The guest's mail about this state of the booking, shown. */
async function receive(
  { client, patience }: Play,
  to: string,
  method: string,
  booking: Booking,
): Promise<Letter> {
  const mail = await awaitMail(client, to, patience, (each) => {
    const found = invitationOf(each);
    return found?.method === method && found.sequence === booking.sequence;
  });
  const invitation = invitationOf(mail)!;
  const { filename, sequence, uid, start } = invitation;
  expect(start.equals(Temporal.Instant.from(booking.start)), "invitation and booking agree");
  row("mail", `${client.url}/dev/mail/${mail.id}`);
  row("to", mail.recipient);
  row("subject", mail.subject);
  row(filename, `METHOD:${method}  SEQUENCE:${sequence}  start ${start}`, `UID:${uid}`);
  return { mail, invitation };
}

async function slots(client: Client, typeId: string): Promise<Slots["days"]> {
  const today = Temporal.Now.plainDateISO("UTC");
  const query = `from=${today}&until=${today.add({ days: 14 })}&timeZone=${GUEST_ZONE}`;
  const path = `${API}/meeting-types/${typeId}/slots?${query}`;
  return (await client.ask<Slots>("GET", path, 200)).days;
}

const told = ({ start, end }: { start: string; end: string }, zone: string): string =>
  when(Temporal.Instant.from(start), Temporal.Instant.from(end), zone, "en-GB").full;

interface Schedule {
  readonly name: string;
  readonly timeZone: string;
  readonly isDefault: boolean;
  readonly hours: readonly { weekday?: string; from: string; until: string }[];
}

interface Notice {
  readonly title: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>> | null;
}
