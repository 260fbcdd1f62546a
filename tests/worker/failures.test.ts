import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import {
  AccountRefused,
  DeliveryRefused,
  InDoubt,
  SendingTooFast,
} from "../../src/messages/email/failure.ts";
import type { EmailProvider } from "../../src/messages/email/provider.ts";
import { backend as makeBackend } from "../../worker/queue.ts";
import { rhythmOf } from "../../worker/rhythm.ts";
import { eventually } from "../support/eventually.ts";
import { onEachBackend } from "./support/backends.ts";
import { type House, openHouse } from "./support/house.ts";
import { mailed, settled } from "./support/settled.ts";

/** A provider that writes down what it is asked for, and does with it what it is told. */
function provider(answer: (call: number) => Promise<void> | void = () => {}) {
  const calls: string[] = [];
  const mail: EmailProvider = {
    name: "recorder",
    send: async (_mail, outboxId) => {
      calls.push(outboxId);
      await answer(calls.length);
      return { providerId: outboxId };
    },
  };
  return { calls, mail };
}

const one = async (house: House, id: string) =>
  (await house.promises()).find((promise) => promise.id === id);

onEachBackend("failures", (backend) => {
  test("a mail that fails for now is tried so often, put off, and delivered when it works", async () => {
    let isDown = true;
    const { calls, mail } = provider(() => {
      if (isDown) throw new Error("451 greylisted");
    });
    const env = { EMAIL_RETRY_ATTEMPTS: "3" };
    await using house = await openHouse(backend, { env, mail });
    await house.work();
    const id = await house.promise({});
    await eventually(async () =>
      expect(await one(house, id)).toMatchObject({ lastError: "451 greylisted" }),
    );
    expect(calls).toEqual([id, id, id]);
    expect(`${(await one(house, id))?.dueAt}`).toBe("2026-11-22T10:00:10Z");

    isDown = false;
    house.world.setNow("2026-11-22T10:00:10Z");
    await settled(house);
    expect(await one(house, id)).toMatchObject({ outcome: "done", attempts: 2 });
    expect(calls).toHaveLength(4);
  });

  test("what the provider refuses for good is tried once, and the others go out", async () => {
    const { calls, mail } = provider((call) => {
      if (call === 1) throw new DeliveryRefused("550 no such mailbox");
    });
    await using house = await openHouse(backend, { mail });
    await house.work();
    const refused = await house.promise({});
    await settled(house);
    const fine = await house.promise({});
    await settled(house);
    expect(calls).toEqual([refused, fine]);
    expect(await one(house, refused)).toMatchObject({
      outcome: "failed",
      lastError: "550 no such mailbox",
    });
  });

  test.each([
    ["refuses us", () => new AccountRefused("403 suspended"), "2026-11-22T10:01:00Z"],
    ["has too much to do", () => new SendingTooFast("429", 7), "2026-11-22T10:00:07Z"],
    ["gives no answer", () => new InDoubt("cut off"), "2026-11-22T10:00:10Z"],
  ] as const)(
    "a provider that %s is asked once, and again when it is of use",
    async (_what, failure, dueAt) => {
      const { calls, mail } = provider((call) => {
        if (call === 1) throw failure();
      });
      await using house = await openHouse(backend, { env: { EMAIL_RETRY_ATTEMPTS: "3" }, mail });
      await house.work();
      const id = await house.promise({});
      await eventually(async () => expect(`${(await one(house, id))?.dueAt}`).toBe(dueAt));
      expect(calls).toEqual([id]);
      house.world.setNow(dueAt);
      await settled(house);
      expect(calls).toEqual([id, id]);
      expect(await one(house, id)).toMatchObject({ outcome: "done", attempts: 2 });
    },
  );

  test("a mail that fails for a day is given up", async () => {
    const { mail } = provider(() => {
      throw new Error("451 greylisted");
    });
    await using house = await openHouse(backend, { mail });
    const id = await house.promise({});
    house.world.setNow("2026-11-23T10:00:00Z");
    await house.work();
    await settled(house);
    expect(await one(house, id)).toMatchObject({ outcome: "failed", lastError: "451 greylisted" });
  });

  test("poison does not stop the others: unknown kinds and jobs that are none", async () => {
    await using house = await openHouse(backend);
    const unknown = await house.promise({ kind: "NOBODY_KNOWS" });
    const make = makeBackend(house.world, rhythmOf(house.world.config), 1);
    const queue = make.queue("emails");
    const data = [
      { outboxId: "'; drop table users", attempt: 1 },
      {},
      null,
      { outboxId: newId(), attempt: 1 },
    ];
    await queue.addBulk(
      data.map((each, i) => ({
        name: "emails",
        data: each as never,
        opts: { jobId: `poison-${i}`, attempts: 3 },
      })),
    );
    const reminders = make.queue("reminders");
    await reminders.addBulk([{ name: "reminders", data: { outboxId: 7 } as never }]);
    const fine = await Promise.all(Array.from({ length: 20 }, () => house.promise({})));
    await house.work();
    const mails = await mailed(house, 20);
    expect(mails.map(({ id }) => id).sort()).toEqual(fine.sort());
    await eventually(async () => {
      expect(await one(house, unknown)).toMatchObject({
        outcome: null,
        lastError: expect.stringContaining("NOBODY_KNOWS"),
      });
      expect(await queue.getJobCounts("waiting", "active", "delayed")).toEqual({
        waiting: 0,
        active: 0,
        delayed: 0,
      });
    });
    await Promise.all([queue.close(), reminders.close()]);
    await make.close();
  });

  test("when the queue has lost everything, what was in it is kept after its lease", async () => {
    const atOnce = backend.name === "Redis" ? 100 : 25;
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const first = provider(() => opened);
    await using house = await openHouse(backend, { mail: first.mail });
    await house.work();
    // As many as may be at once are being sent, the others wait in the queue: all of them are lost.
    const ids = await Promise.all(Array.from({ length: atOnce + 4 }, () => house.promise({})));
    await eventually(() => expect(first.calls).toHaveLength(atOnce));
    await eventually(async () =>
      expect((await house.promises()).every(({ attempts }) => attempts === 1)).toBe(true),
    );
    // Taken from the outbox they are not in the queue yet.
    await eventually(async () => expect(await backend.size(house.url)).toBe(atOnce + 4));
    await backend.wipe(house.url);
    open();
    await eventually(async () =>
      expect((await house.promises()).filter(({ outcome }) => outcome === "done")).toHaveLength(
        atOnce,
      ),
    );
    house.world.setNow("2026-11-22T10:02:00Z");
    const promises = await settled(house);
    expect(promises.filter(({ attempts }) => attempts === 2)).toHaveLength(4);
    expect(first.calls.toSorted()).toEqual(ids.toSorted());
  });

  test("what is done leaves no job behind", async () => {
    await using house = await openHouse(backend);
    await Promise.all(Array.from({ length: 30 }, () => house.promise({})));
    await house.work();
    await settled(house);
    await eventually(async () => expect(await backend.size(house.url)).toBe(0));
  });

  test("mails beyond the rate limit wait, and each goes out once", async () => {
    const { calls, mail } = provider();
    const env = { EMAIL_RATE_LIMIT: "30" };
    await using house = await openHouse(backend, { env, mail });
    const ids = await Promise.all(Array.from({ length: 200 }, () => house.promise({})));
    const begin = performance.now();
    // A minute of half a second: thirty in each, two hundred in the seventh.
    await Promise.all([
      house.work({ minute: 500, poll: 50 }),
      house.work({ minute: 500, poll: 50 }),
    ]);
    const promises = await settled(house);
    expect(performance.now() - begin).toBeGreaterThan(6 * 500);
    expect(calls.toSorted()).toEqual(ids.toSorted());
    expect(promises.every(({ outcome, attempts }) => outcome === "done" && attempts === 1)).toBe(
      true,
    );
  });
});
