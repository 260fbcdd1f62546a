// What hosts see by the links of their calendars and mails.
import { hostUrl } from "../../../src/bookings/host/link.ts";
import { book, makeHost } from "../../support/make.ts";
import { makeType } from "../../support/make-type.ts";
import type { Tour } from "./tour.ts";

/** A booking as its host opens it from his calendar, and what he is asked there. */
export async function hostPages(tour: Tour): Promise<void> {
  const { house, api, visit, fill, press } = tour;
  const { world } = house;
  const host = await makeHost(world, { zone: "Europe/Berlin", name: "Annie Easley" });
  const type = await makeType(world, host, { title: "Rocket review" });
  async function booked(start: string) {
    const { body } = await book(api, type, start, { notes: "Bring the drawings." });
    const id: string = body.booking.id;
    const url = new URL(hostUrl(world, id, host.id));
    return { id, path: url.pathname, query: url.search, url: url.href };
  }
  /** What a sync notes of the event of a booking. */
  const noted = (id: string, movedTo: string | null) =>
    world.db.run(
      `insert into calendar_events (booking_id, host_id, external_id, version, during, drift, drifted_to, drifted_at)
       select id, $2, 'an-event', version, during, case when $3::text is null then 'deleted' else 'moved' end,
         case when $3::text is not null then tstzrange($3::text::timestamptz, $3::text::timestamptz + interval '30 minutes') end, now()
       from bookings where id = $1`,
      [id, host.id, movedTo],
    );

  const one = await booked("2026-11-26T09:00:00Z");
  await visit("a host's booking", one.url);
  await visit("another time, by its host", `${one.path}/reschedule${one.query}`);
  await visit(
    "move, by its host?",
    `${one.path}/reschedule${one.query}&start=2026-11-26T10:00:00Z`,
  );
  await press("moved by its host", "Move the booking");
  await visit("cancel, by its host?", `${one.path}/cancel${one.query}`);
  await fill({ reason: "The rocket is late." });
  await press("cancelled by its host", "Cancel the booking");

  const two = await booked("2026-11-26T11:00:00Z");
  const taken = await booked("2026-11-26T12:00:00Z");
  await noted(two.id, "2026-11-26T12:00:00Z");
  await visit("an event that was moved", two.url);
  await press("an event that cannot be followed", "Move the booking too");
  await noted(taken.id, null);
  await visit("an event that was deleted", taken.url);
  await press("an event put back", "Put the event back");
}
