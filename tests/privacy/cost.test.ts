// What erasing and exporting cost grows with what is theirs, not with the tables.
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { makeHost } from "../support/make.ts";
import { testWorld } from "../support/world.ts";

test("a page of events is read by its index, wherever the export or the search is", async () => {
  const world = await testWorld();
  const host = await makeHost(world);
  await world.db.run(
    `insert into analytics_events (id, user_id, event_type, created_at)
     select gen_random_uuid(), case when i % 100 = 0 then $1::uuid end, 'CLICK', timestamptz '2026-11-01' + i * interval '20 seconds'
     from generate_series(1, 60000) i`,
    [host.id],
  );
  await world.db.run("analyze analytics_events", []);
  const buffers = async (name: string, values: unknown[]) => {
    const text = readFileSync(`sql/queries/privacy/${name}.sql`, "utf8");
    const rows = await world.db.run(
      `explain (analyze, buffers, format json) ${text}`,
      values as never,
    );
    const [{ Plan }] = Object.values(rows[0]!)[0] as [{ Plan: Record<string, number> }];
    return Plan["Shared Hit Blocks"]! + Plan["Shared Read Blocks"]!;
  };
  const late = "2026-11-14 20:00:00+00|00000000-0000-0000-0000-000000000000";
  expect(await buffers("export_events", [host.id, late, 20])).toBeLessThan(120);
  await world.db.run(
    `insert into erasures (id, scope, email, requested_at, events_until, events_until_id)
     values (gen_random_uuid(), 'address', 'nobody@example.com', $1, '2026-11-14 20:00:00+00', gen_random_uuid())`,
    [world.now() as never],
  );
  expect(await buffers("look_through_events", [world.now(), 100])).toBeLessThan(200);
});
