// What was written before facts were kept, and before every channel had its own choice.
import { expect, test } from "bun:test";
import { join } from "node:path";
import postgres from "postgres";
import { MIGRATIONS } from "../../scripts/migrate.ts";
import { newId } from "../../src/db/id.ts";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const FILES = [
  "20261128170000_notification_facts.sql",
  "20261128170300_notification_preferences.sql",
];

/** The two migrations, by themselves: what they do to rows. */
async function run(url: string, way: "up" | "down") {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    for (const file of way === "up" ? FILES : FILES.toReversed()) {
      const [up = "", down = ""] = (await Bun.file(join(MIGRATIONS, file)).text()).split(
        "-- migrate:down",
      );
      await sql.unsafe(way === "up" ? up : down).simple();
    }
  } finally {
    await sql.end();
  }
}

test("old notifications stay readable, and old preferences keep their meaning, there and back", async () => {
  const world = await testWorld();
  const { DATABASE_URL } = world.config;
  const host = await makeHost(world);
  await run(DATABASE_URL, "down");
  const told = { title: "New booking", message: "Grace Hopper booked Intro call." };
  await world.db.run(
    `insert into notifications (id, user_id, type, title, message, metadata)
     values ($1, $2, 'BOOKING_CONFIRMED', $3, $4, '{"start": "2026-12-01T09:00:00Z"}')`,
    [newId(), host.id, told.title, told.message],
  );
  await world.db.run(
    `update users set notification_preferences = '{"BOOKING_CREATED": false, "REMINDER": true}' where id = $1`,
    [host.id],
  );
  await run(DATABASE_URL, "up");

  const api = client(world);
  const { data } = (await api("GET", "/notifications", { token: host.token })).body;
  expect(data).toMatchObject([{ ...told, metadata: { start: "2026-12-01T09:00:00Z" } }]);
  expect(data[0].metadata.told).toBeUndefined();
  expect(
    (await api("GET", "/users/me", { token: host.token })).body.notificationPreferences,
  ).toEqual({ BOOKING_CONFIRMED: { email: false }, REMINDER: { email: true } });

  await run(DATABASE_URL, "down");
  const [row] = await world.db.run("select title, message, metadata from notifications", []);
  expect(row).toEqual({ ...told, metadata: { start: "2026-12-01T09:00:00Z" } });
  const [user] = await world.db.run("select notification_preferences from users where id = $1", [
    host.id,
  ]);
  expect(user).toEqual({
    notificationPreferences: { BOOKING_CONFIRMED: false, REMINDER: true },
  });
});
