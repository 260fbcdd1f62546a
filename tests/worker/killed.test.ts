// Real processes killed with -9 between what they send and the commit of it: webhooks and SMS. Mails are in process.test.ts.
import { expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { startTwilio } from "../support/twilio.ts";
import { makeHook } from "../webhooks/support/house.ts";
import { startReceiver } from "../webhooks/support/receiver.ts";
import { onEachBackend } from "./support/backends.ts";
import type { House } from "./support/house.ts";
import { openRealHouse, startWorkerProcess } from "./support/process.ts";
import { settled } from "./support/settled.ts";

/** A host who is always open, and a time of the day after tomorrow. */
async function open({ world }: House) {
  const host = await makeHost(world, {
    hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }],
  });
  const type = await makeMeetingType(world, host, { notifications: { sms: true } });
  const start = world
    .now()
    .round({ smallestUnit: "hour", roundingMode: "ceil" })
    .add({ hours: 48 })
    .toString();
  return { host, type, start };
}

onEachBackend("a worker process killed between sending and its commit", (backend) => {
  test("has a webhook sent again under its webhook-id, and both attempts are recorded", async () => {
    const env = { OUTBOUND_ALLOW_PRIVATE: "true" };
    await using house = await openRealHouse(backend, env);
    const { host, type, start } = await open(house);
    await using receiver = await startReceiver();
    // It has it, and the word of that never comes.
    receiver.behave((_received, count) => (count === 1 ? "hang" : { status: 204 }));
    await makeHook(house.api, host, receiver.url, ["booking.created"]);
    const made = await book(house.api, type, start);
    await using killed = startWorkerProcess(house, env);
    await eventually(() => expect(receiver.received).toHaveLength(1));
    await killed.kill("SIGKILL");
    await using worker = startWorkerProcess(house, env);
    const promise = (await settled(house)).find(({ queue }) => queue === "webhooks");
    expect(promise).toMatchObject({ outcome: "done" });
    expect(
      receiver.received.map(({ headers, json }) => [
        headers["webhook-id"],
        json.data.booking.id,
        json.data.version,
      ]),
    ).toEqual(Array(2).fill([promise?.id, made.body.booking.id, 1]));
    const attempts = await house.world.db.run(
      `select a.attempt, a.status, d.provider from webhook_attempts a
       left join deliveries d on d.outbox_id = a.outbox_id and d.attempts = a.attempt
       where a.outbox_id = $1 order by a.attempt`,
      [`${promise?.id}`],
    );
    expect(attempts).toEqual([
      // Nobody lived to say what came of it.
      { attempt: 1, status: null, provider: null },
      { attempt: 2, status: 204, provider: "http" },
    ]);
    await worker.kill("SIGTERM");
    expect(worker.child.exitCode).toBe(0);
  });

  // Twilio has it, or has never got it: whoever was killed cannot tell.
  test.each(["hang", "lose"] as const)(
    "has an SMS looked up before it is sent again: it leaves once (%s)",
    async (mood) => {
      // Who asks does not live to hear the end of it.
      await using provider = startTwilio({ isRealTime: true, hangMs: 600_000 });
      await using house = await openRealHouse(backend, provider.env);
      const { type, start } = await open(house);
      const text = async () =>
        (
          await house.world.db.run(
            `select o.outcome, o.in_flight_since is not null as is_launched, o.last_error, d.provider_id
             from outbox o left join deliveries d on d.outbox_id = o.id where o.queue = 'sms'`,
            [],
          )
        )[0];
      provider.moods.push(mood);
      await book(house.api, type, start, { guest: { phone: "+12025550123", smsOptIn: true } });
      await using killed = startWorkerProcess(house, provider.env);
      await eventually(async () => expect(await text()).toMatchObject({ isLaunched: true }));
      await eventually(() => expect(provider.moods).toEqual([]));
      await killed.kill("SIGKILL");
      expect(await text()).toMatchObject({ outcome: null });
      await using worker = startWorkerProcess(house, provider.env);
      // The list may not have it yet.
      await eventually(async () =>
        expect(await text()).toMatchObject({ lastError: "The SMS may have been sent" }),
      );
      expect(provider.sent).toHaveLength(mood === "hang" ? 1 : 0);
      // A minute later.
      await house.world.db.run(
        `update outbox set due_at = now(), launched_at = launched_at - interval '1 minute' where queue = 'sms'`,
        [],
      );
      await eventually(async () => expect(await text()).toMatchObject({ outcome: "done" }));
      expect(provider.sent).toHaveLength(1);
      expect(await text()).toMatchObject({ providerId: provider.sent[0]?.sid });
      await worker.kill("SIGTERM");
    },
  );
});
