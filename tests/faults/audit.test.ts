// What is in the audit log stays as it was written, whoever asks.
import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { testWorld } from "../support/world.ts";

test("no statement changes the audit log, and only what is a quarter old can go", async () => {
  const world = await testWorld();
  const [fresh, old] = [newId(), newId()];
  for (const [id, age] of [
    [fresh, "1 day"],
    [old, "91 days"],
  ])
    await world.db.run(
      `insert into audit_log (id, action, subject_id, metadata, created_at)
       values ($1, 'FAULT_TEST', $1, '{}', now() - $2::text::interval)`,
      [id!, age!],
    );
  const ask = (text: string, id: string) =>
    world.db.run(text, [id]).then(
      () => "done",
      (error: Error) => error.message,
    );
  const REFUSED = "audit_log is append-only";
  expect(await ask("update audit_log set action = 'OTHER' where id = $1", fresh)).toBe(REFUSED);
  expect(await ask("update audit_log set action = 'OTHER' where id = $1", old)).toBe(REFUSED);
  expect(await ask("delete from audit_log where id = $1", fresh)).toBe(REFUSED);
  expect(await ask("delete from audit_log where id = $1", old)).toBe("done");
  const left = await world.db.run("select id, action from audit_log", []);
  expect(left).toEqual([{ id: fresh, action: "FAULT_TEST" }]);
});
