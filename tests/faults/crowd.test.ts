// Three workers and two API processes at once: whatever is due is done once.
import { expect, test } from "bun:test";
import { post } from "../bookings/support/processes.ts";
import { startApi } from "../support/api-process.ts";
import { eventually } from "../support/eventually.ts";
import { makeMeetingType } from "../support/make.ts";
import { onEachBackend } from "../worker/support/backends.ts";
import { openHouse } from "../worker/support/house.ts";
import { startWorkerProcess } from "../worker/support/process.ts";
import { stages, startOf } from "./support/load.ts";

const BOOKINGS = 100;
const REQUESTS = 20;

onEachBackend("three workers and two API processes", (backend) => {
  test("send 100 reminders once to each, and let 20 requests lapse once", async () => {
    await using house = await openHouse(backend);
    const run = (text: string, values: string[] = []) => house.world.db.run(text, values);
    const on = (await stages(house.world, 5)).map(({ host }) => host);
    const quiet = { confirmation: false, cancellation: false, reschedule: false };
    const reminders = [{ minutesBefore: 60, channel: "email" as const, to: "both" as const }];
    const types = await Promise.all(
      on.map((host) => makeMeetingType(house.world, host, { notifications: quiet, reminders })),
    );
    const asked = await makeMeetingType(house.world, on[0]!);
    await run("update meeting_types set requires_confirmation = true where id = $1", [asked.id]);

    const { DATABASE_URL, REDIS_URL } = house.world.config;
    const env = { DATABASE_URL, ...(REDIS_URL && { REDIS_URL }) };
    const apis = await Promise.all([startApi(env), startApi(env)]);
    const workers = [1, 2, 3].map(() => startWorkerProcess(house, { EMAIL_RATE_LIMIT: "100000" }));
    try {
      const book = async (id: string, n: number) => {
        const { status } = await post(`${apis[n % 2]!.url}/api/v1/bookings`, {
          meetingTypeId: id,
          start: startOf(n),
          guest: { name: `Guest ${n}`, email: `guest-${n}@example.com`, timeZone: "UTC" },
        });
        expect(status).toBe(201);
      };
      const wanted = [
        ...Array.from({ length: BOOKINGS }, (_, n) => () => book(types[n % 5]!.id, n)),
        ...Array.from({ length: REQUESTS }, (_, n) => () => book(asked.id, 1000 + n)),
      ];
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          for (let next = wanted.pop(); next; next = wanted.pop()) await next();
        }),
      );
      // An hour before all of them, and two days after the requests, at one stroke.
      await run("update outbox set due_at = now() where kind = 'BOOKING_REMINDER'");
      await run(
        `with lapsed as (update bookings set expires_at = now() where status = 'PENDING' returning id)
         update reservations r set expires_at = now() from lapsed where r.booking_id = lapsed.id`,
      );
      await eventually(async () => {
        const [open] = await run(
          `select (select count(*) from outbox where done_at is null)::int as promises,
             (select count(*) from bookings where status = 'PENDING')::int as requests`,
        );
        expect(open).toEqual({ promises: 0, requests: 0 });
      });
      // Whatever somebody would do a second time, he has had the time to do.
      await Bun.sleep(1_000);

      const [counted] = await run(
        `select (select count(*) from outbox where queue = 'reminders' and outcome = 'done')::int as fired,
           (select count(*) from outbox where queue = 'emails' and kind = 'BOOKING_REMINDER' and outcome = 'done')::int as reminders,
           (select count(*) from mailbox where subject like '%eminder%')::int as mails,
           (select count(distinct (o.booking_id, o.attendee_id, o.user_id)) from outbox o
             where o.queue = 'emails' and o.kind = 'BOOKING_REMINDER')::int as told,
           (select count(*) from booking_history where event = 'expired')::int as lapsed,
           (select count(distinct booking_id) from booking_history where event = 'expired')::int as once,
           (select count(*) from mailbox)::int as all_mails,
           (select count(*) from deliveries)::int as deliveries,
           (select count(*) from outbox where queue = 'emails' and outcome = 'done')::int as promised`,
      );
      expect(counted).toMatchObject({
        fired: 2 * BOOKINGS,
        reminders: 2 * BOOKINGS,
        mails: 2 * BOOKINGS,
        told: 2 * BOOKINGS,
        lapsed: REQUESTS,
        once: REQUESTS,
      });
      expect(counted?.["allMails"]).toBe(counted?.["promised"]);
      expect(counted?.["deliveries"]).toBe(counted?.["promised"]);
    } finally {
      for (const { child } of apis) child.kill("SIGKILL");
      await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
    }
  });
});
