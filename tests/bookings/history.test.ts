import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { testWorld } from "../support/world.ts";
import { asked } from "./support/asked.ts";

const world = await testWorld();
const eventsOf = ({ body }: { body: { history: { event: string }[] } }) =>
  body.history.map(({ event }) => event).join();

test("hosts read who did what, when and why; a guest reads nothing of other guests", async () => {
  const { host, by, guest, id } = await asked(world);
  await by.confirm();
  const other = newId();
  await world.db.run(
    `insert into attendees (id, booking_id, name, email, time_zone)
     values ($1, $2, 'Alan Turing', 'alan@example.com', 'UTC')`,
    [other, id],
  );
  const note = (event: string, was: object | null, reason: string | null = null) =>
    world.db.run(
      `insert into booking_history (booking_id, version, event, actor_kind, actor_id, reason, was, created_at)
       values ($1, 3, $2, 'guest', $3, $4, $5, $6)`,
      [id, event, other, reason, world.db.parameter("jsonb", was as never), world.now() as never],
    );
  await note("joined", null);
  await note("rescheduled", { start: "2026-11-23T09:00:00+00:00", attendee: other });
  await note("left", { attendee: other }, "Alan is ill");
  await by.notes({ hostNotes: "A friend" });

  const hosts = await by.get();
  expect(eventsOf(hosts)).toContain("joined");
  expect(eventsOf(hosts)).toContain("left");
  expect(hosts.body.history[0]).toEqual({
    event: "booked",
    at: "2026-11-22T10:00:00Z",
    actor: "guest",
    by: "Grace Hopper",
    reason: null,
    was: null,
  });
  expect(hosts.body.history[1]).toMatchObject({ event: "confirmed", by: "Ada Lovelace" });
  expect(hosts.body.attendees).toHaveLength(2);
  expect(hosts.body.hosts).toEqual([{ id: host.id, name: "Ada Lovelace", noShow: false }]);

  const seen = await guest.get();
  expect(eventsOf(seen)).toBe("booked,confirmed,rescheduled");
  expect(seen.body.history.at(-1)).toMatchObject({
    by: null,
    was: { start: "2026-11-23T09:00:00Z" },
  });
  for (const word of ["Alan", "alan@", other, "A friend"]) expect(seen.text).not.toContain(word);
});
