// How webhooks are delivered: signed, tried again, given up; by a clock that is set.
import { beforeEach, describe, expect, test } from "bun:test";
import { Webhook } from "standardwebhooks";
import { leaseEnd } from "../../src/outbox/lease.ts";
import { deliver } from "../../src/webhooks/deliver.ts";
import { beginAttempt, claimDueWebhooks } from "../../src/webhooks/delivery-queries.ts";
import { forgetOldAttempts } from "../../src/webhooks/forget.ts";
import { nextAttemptAt, retryAfterOf } from "../../src/webhooks/schedule.ts";
import { signatures } from "../../src/webhooks/secret.ts";
import { composeRow } from "../support/compose.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, NOW, testWorld } from "../support/world.ts";
import { deliveriesOf, type Hook, makeHook, promised, sendAll, sendDue } from "./support/house.ts";
import { type Received, type Receiver, startReceiver } from "./support/receiver.ts";

const world = await testWorld({ OUTBOUND_ALLOW_PRIVATE: "true" });
const api = client(world);
const MIDDLE = () => 0.5;

beforeEach(async () => {
  world.setNow(NOW.toString());
  await world.db.run("delete from outbox", []);
});

interface Scene {
  readonly receiver: Receiver;
  readonly host: Host;
  readonly hook: Hook;
  /** Lets an event happen. */
  event(): Promise<void>;
}

async function scene(receiver: Receiver): Promise<Scene> {
  const host = await makeHost(world);
  const hook = await makeHook(api, host, receiver.url, ["booking.created"]);
  const type = await makeMeetingType(world, host);
  let weeks = 0;
  return {
    receiver,
    host,
    hook,
    event: async () => {
      weeks += 1;
      // A Monday that lies ahead, also where the clock is the machine's.
      const today = world.now().toZonedDateTimeISO("UTC");
      const start = today
        .add({ days: 8 - today.dayOfWeek, weeks })
        .withPlainTime("10:00")
        .toInstant();
      const { status } = await book(api, type, start.toString());
      if (status !== 201) throw new Error(`${status}`);
    },
  };
}

/** Verifies as a receiver does that knows nothing of us; by the machine's clock, to five minutes. */
function verify(secret: string, { headers, body }: Received): unknown {
  return new Webhook(secret).verify(body, headers);
}

test("a delivery that the database does not note at once is noted later, not made again", async () => {
  await using receiver = await startReceiver();
  const { event, host, hook } = await scene(receiver);
  await event();
  let outages = 2;
  const restarting = {
    ...world,
    db: new Proxy(world.db, {
      get: (db, name) => {
        if (name !== "run") return Reflect.get(db, name);
        return (text: string, values: never) => {
          if (!/^-- What came of an attempt/.test(text) || outages === 0)
            return db.run(text, values);
          outages -= 1;
          throw Object.assign(new Error("the database is starting up"), { code: "57P03" });
        };
      },
    }),
  };
  await sendDue(restarting);
  expect(outages).toBe(0);
  expect(receiver.received).toHaveLength(1);
  expect(await deliveriesOf(api, host, hook)).toMatchObject([
    { status: "delivered", attempts: [{ attempt: 1, status: 204 }] },
  ]);
});

describe("signatures", () => {
  test("are those of the specification", () => {
    const signed = {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestamp: 1_614_265_330,
      body: '{"test": 2432232314}',
    };
    expect(signatures(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], signed)).toBe(
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    );
  });

  test("satisfy the reference library, which refuses a changed body and another secret", async () => {
    await using receiver = await startReceiver();
    const { hook, event } = await scene(receiver);
    world.setNow(Temporal.Now.instant().toString());
    await event();
    await sendAll(world);
    const [one] = receiver.received as [Received];
    expect(verify(hook.secret, one)).toEqual(one.json);
    expect(() => verify(hook.secret, { ...one, body: `${one.body} ` })).toThrow();
    expect(() => verify(`whsec_${Buffer.alloc(32).toString("base64")}`, one)).toThrow();
    expect(one.headers["content-type"]).toBe("application/json");
  });

  test("are of both secrets for a day after a rotation, then of the new one alone", async () => {
    await using receiver = await startReceiver();
    const { host, hook, event } = await scene(receiver);
    const begin = Temporal.Now.instant().round("millisecond");
    const rotate = async () =>
      (await api("POST", `/webhooks/${hook.id}/rotate-secret`, { token: host.token })).body.secret;
    world.setNow(begin.toString());
    await event();
    const second = await rotate();
    await sendAll(world);
    const during = receiver.received[0] as Received;
    for (const secret of [hook.secret, second]) expect(verify(secret, during)).toEqual(during.json);

    world.setNow(begin.add({ hours: 24 }).toString());
    await event();
    await sendAll(world);
    const after = receiver.received[1] as Received;
    expect(after.headers["webhook-signature"]?.split(" ")).toHaveLength(1);
    expect(during.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    expect(signaturesOf(second, after)).toBe(after.headers["webhook-signature"] ?? "");
    expect(signaturesOf(hook.secret, after)).not.toBe(after.headers["webhook-signature"] ?? "");
  });
});

const signaturesOf = (secret: string, { headers, body }: Received) =>
  signatures([secret], {
    id: headers["webhook-id"] ?? "",
    timestamp: Number(headers["webhook-timestamp"]),
    body,
  });

describe("a receiver that is down", () => {
  test("is tried twelve times over three days, under one id, and then given up", async () => {
    await using receiver = await startReceiver();
    receiver.behave(() => ({ status: 500, body: "Not today" }));
    const { host, hook, event } = await scene(receiver);
    await event();
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      expect(await sendDue(world, { random: MIDDLE })).toBe(1);
      const [promise] = await promised(world, hook);
      if (attempt === 12) break;
      expect(promise?.outcome).toBeNull();
      pauses.push(promise!.dueAt.since(world.now()).total("seconds"));
      world.setNow(promise!.dueAt.subtract({ milliseconds: 1 }).toString());
      expect(await sendDue(world)).toBe(0);
      world.setNow(promise!.dueAt.toString());
    }
    expect(pauses).toEqual([5, 60, 300, 1800, 3600, 7200, 14_400, 28_800, 50_400, 72_000, 86_400]);
    const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size).toBe(1);
    const stamps = receiver.received.map(({ headers }) => Number(headers["webhook-timestamp"]));
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
    expect(new Set(stamps).size).toBe(12);
    for (const each of receiver.received)
      expect(each.headers["webhook-signature"]).toBe(signaturesOf(hook.secret, each));

    const [delivery] = await deliveriesOf(api, host, hook);
    expect(delivery).toMatchObject({
      status: "failed",
      nextAttemptAt: null,
      event: "booking.created",
    });
    expect(delivery.attempts).toHaveLength(12);
    expect(delivery.attempts[11]).toMatchObject({
      attempt: 12,
      status: 500,
      error: "Answered 500",
      response: "Not today",
    });
    expect(delivery.attempts[11].durationMs).toBeGreaterThanOrEqual(0);
    expect(delivery.attempts[11].request).not.toContain("grace@example.com");
    world.setNow(world.now().add({ hours: 999 }).toString());
    expect(await sendDue(world)).toBe(0);
  });

  test("is believed by Retry-After, up to a day and never to come sooner", async () => {
    const at = (attempts: number, retryAfter: number | null) =>
      nextAttemptAt(world, attempts, retryAfter, 0.5)?.since(NOW).total("seconds");
    expect([at(1, 120), at(3, 120), at(1, 999_999_999), at(1, null)]).toEqual([
      120, 300, 86_400, 5,
    ]);
    expect(nextAttemptAt(world, 12, 5, 0.5)).toBeNull();
    await using receiver = await startReceiver();
    receiver.behave(() => ({ status: 429, headers: { "retry-after": "77" } }));
    const { hook, event } = await scene(receiver);
    await event();
    await sendDue(world);
    expect((await promised(world, hook))[0]?.dueAt).toEqual(NOW.add({ seconds: 77 }));
  });

  test.each([
    ["17", 17],
    ["Sun, 22 Nov 2026 10:02:00 GMT", 120],
    ["Sun, 22 Nov 2026 09:00:00 GMT", 0],
    ["Sun, 31 Feb 2026 09:00:00 GMT", null],
    ["-5", null],
    ["soon", null],
    [undefined, null],
  ])("Retry-After %p means %p seconds", (header, seconds) => {
    expect(retryAfterOf(world, header)).toBe(seconds);
  });

  test("is tried a little sooner or later each time", () => {
    const seconds = (random: number) =>
      nextAttemptAt(world, 5, null, random)?.since(NOW).total("seconds");
    expect([seconds(0), seconds(0.5), seconds(0.999)]).toEqual([
      3240,
      3600,
      expect.closeTo(3959, 0),
    ]);
  });
});

describe("what is no 2xx is a failure", () => {
  test.each([301, 302, 307, 308])("%i is not followed", async (status) => {
    await using elsewhere = await startReceiver();
    await using receiver = await startReceiver();
    receiver.behave(() => ({ status, headers: { location: elsewhere.url } }));
    const { host, hook, event } = await scene(receiver);
    await event();
    await sendDue(world);
    expect(elsewhere.connections()).toBe(0);
    const [{ attempts, status: state }] = await deliveriesOf(api, host, hook);
    expect([state, attempts[0].status]).toEqual(["pending", status]);
  });

  test("nor is no answer in time, and no more of a long one is read than the log keeps", async () => {
    await using receiver = await startReceiver();
    receiver.behave(() => "hang");
    const { host, hook, event } = await scene(receiver);
    await event();
    await sendDue(world, { timeoutMs: 100 });
    receiver.behave(() => ({ status: 400, body: `\u0000${"ü".repeat(1_000_000)}` }));
    world.setNow(NOW.add({ minutes: 1 }).toString());
    await sendDue(world);
    const [{ attempts }] = await deliveriesOf(api, host, hook);
    expect(attempts[0]).toMatchObject({ status: null, error: "No answer within 0.1 s" });
    expect(attempts[1].status).toBe(400);
    expect(attempts[1].response.length).toBeLessThanOrEqual(1000);
    expect(attempts[1].response).toStartWith("üü");
  });

  test("nor is a connection that is refused", async () => {
    const receiver = await startReceiver();
    const { host, hook, event } = await scene(receiver);
    await receiver[Symbol.asyncDispose]();
    await event();
    await sendDue(world);
    const [{ attempts, status }] = await deliveriesOf(api, host, hook);
    expect([status, attempts[0].status, attempts[0].error]).toEqual([
      "pending",
      null,
      expect.any(String),
    ]);
  });
});

const notices = async (host: Host) =>
  (
    await world.db.run(
      "select type from notifications where user_id = $1 and type like 'WEBHOOK%' order by created_at",
      [host.id],
    )
  ).map(({ type }) => type);

const mailsOf = async (host: Host) => {
  const rows = await world.db.run(
    "select * from outbox where user_id = $1 and kind like 'WEBHOOK%' order by created_at",
    [host.id],
  );
  return Promise.all(rows.map((row) => composeRow(world, row)));
};

const stateOf = async ({ host, hook }: Scene) =>
  (await api("GET", `/webhooks/${hook.id}`, { token: host.token })).body;

describe("an endpoint", () => {
  test("that answers 410 is stopped at once, and its owner is told", async () => {
    await using receiver = await startReceiver();
    receiver.behave(() => ({ status: 410 }));
    const here = await scene(receiver);
    await here.event();
    await here.event();
    await sendAll(world);
    expect(await stateOf(here)).toMatchObject({
      isActive: false,
      status: "disabled",
      disabledReason: "gone",
      disabledAt: NOW.toString(),
    });
    expect(await notices(here.host)).toEqual(["WEBHOOK_DISABLED"]);
    await here.event();
    expect(await promised(world, here.hook)).toHaveLength(2);
    const [mail] = await mailsOf(here.host);
    expect(mail?.subject).toContain(new URL(receiver.url).host);
    expect(mail?.text).toContain("410 Gone");
  });

  test("that fails for a day is told of once, for five days is stopped; starting it again forgets", async () => {
    await using receiver = await startReceiver();
    receiver.behave(() => ({ status: 503 }));
    const here = await scene(receiver);
    const fail = async (hours: number) => {
      world.setNow(NOW.add({ hours }).toString());
      await here.event();
      await sendAll(world);
    };
    await fail(0);
    expect(await stateOf(here)).toMatchObject({ status: "failing", failingSince: NOW.toString() });
    await fail(23);
    expect(await notices(here.host)).toEqual([]);
    await fail(24);
    await fail(25);
    expect(await notices(here.host)).toEqual(["WEBHOOK_FAILING"]);
    const [warning] = await mailsOf(here.host);
    expect(warning?.text).toContain("For a day");
    await fail(119);
    expect(await stateOf(here)).toMatchObject({ status: "failing" });
    await fail(120);
    expect(await stateOf(here)).toMatchObject({ status: "disabled", disabledReason: "failing" });
    expect(await notices(here.host)).toEqual(["WEBHOOK_FAILING", "WEBHOOK_DISABLED"]);
    // What is still promised is dropped when its time comes, and the mail of the warning says no more.
    world.setNow(NOW.add({ hours: 400 }).toString());
    const before = receiver.received.length;
    await sendAll(world);
    expect(receiver.received).toHaveLength(before);
    expect(new Set((await promised(world, here.hook)).map(({ outcome }) => outcome))).toEqual(
      new Set(["superseded"]),
    );
    expect((await mailsOf(here.host)).map((mail) => mail === null)).toEqual([true, false]);

    const path = `/webhooks/${here.hook.id}`;
    const body = { isActive: true };
    const started = await api("PATCH", path, { token: here.host.token, body });
    expect(started.body).toMatchObject({ status: "active", failingSince: null, disabledAt: null });
    receiver.behave(() => ({ status: 204 }));
    await here.event();
    await sendAll(world);
    expect(receiver.received).toHaveLength(before + 1);
    expect(await stateOf(here)).toMatchObject({ status: "active" });
  });

  test("is well again after one success", async () => {
    await using receiver = await startReceiver();
    receiver.behave((_one, count) => ({ status: count === 1 ? 500 : 200 }));
    const here = await scene(receiver);
    await here.event();
    await sendDue(world);
    expect(await stateOf(here)).toMatchObject({ status: "failing" });
    world.setNow(NOW.add({ hours: 30 }).toString());
    await sendDue(world);
    expect(await stateOf(here)).toMatchObject({ status: "active", failingSince: null });
    expect((await promised(world, here.hook))[0]?.outcome).toBe("done");
  });

  test("of a suspended user hears no more", async () => {
    await using receiver = await startReceiver();
    const here = await scene(receiver);
    await here.event();
    await world.db.run("update users set status = 'SUSPENDED' where id = $1", [here.host.id]);
    await sendAll(world);
    expect(receiver.connections()).toBe(0);
    expect((await promised(world, here.hook))[0]?.outcome).toBe("superseded");
  });
});

test("a worker that dies between sending and noting it sends once more, under the same id, and it is seen", async () => {
  await using receiver = await startReceiver();
  const here = await scene(receiver);
  await here.event();
  const claim = { now: world.now(), leaseUntil: leaseEnd(world), lane: 5, limit: 10 };
  const [job] = await claimDueWebhooks(world.db, claim);
  // It sent, and then was no more: all it left is that it began.
  const promise = { outboxId: job!.id, attempt: job!.attempts };
  const dying = { ...world, db: { ...world.db, run: killedAtTheEnd(world.db.run) } };
  await expect(deliver(dying, promise)).rejects.toThrow("killed");
  expect(await sendDue(world)).toBe(0);
  world.setNow(NOW.add({ seconds: 121 }).toString());
  await sendAll(world);
  const [first, second] = receiver.received;
  expect(receiver.received).toHaveLength(2);
  expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"] ?? "");
  const [delivery] = await deliveriesOf(api, here.host, here.hook);
  expect(
    delivery.attempts.map(({ durationMs }: { durationMs: number | null }) => durationMs === null),
  ).toEqual([true, false]);
  expect(delivery.status).toBe("delivered");
  // An older dispatch of the promise has nothing to do any more.
  await deliver(world, promise);
  expect(receiver.received).toHaveLength(2);
});

function killedAtTheEnd(run: typeof world.db.run): typeof world.db.run {
  return (text, values) =>
    text.includes("update webhook_attempts")
      ? Promise.reject(new Error("killed"))
      : run(text, values);
}

test("a webhook whose twelve attempts were all begun and never ended is given up", async () => {
  await using receiver = await startReceiver();
  const here = await scene(receiver);
  await here.event();
  const [{ id } = { id: "" }] = await promised(world, here.hook);
  for (let attempt = 1; attempt <= 12; attempt += 1)
    await beginAttempt(world.db, { outboxId: id, attempt, request: "", now: world.now() });
  await sendAll(world);
  expect(receiver.connections()).toBe(0);
  expect((await promised(world, here.hook))[0]?.outcome).toBe("failed");
});

test("a delivery is replayed under its id, whatever came of it, once for a key", async () => {
  await using receiver = await startReceiver();
  const here = await scene(receiver);
  await here.event();
  await sendAll(world);
  const [{ id }] = await deliveriesOf(api, here.host, here.hook);
  const ask = (key: string) =>
    api("POST", `/webhooks/${here.hook.id}/deliveries/${id}/replay`, {
      token: here.host.token,
      headers: { "idempotency-key": key },
    });
  const made = await ask("a");
  expect(made.status).toBe(202);
  const again = await ask("a");
  expect([again.body, again.headers.get("idempotency-replayed")]).toEqual([made.body, "true"]);
  await sendAll(world);
  expect(receiver.received.map(({ headers }) => headers["webhook-id"])).toEqual([id, id]);
  expect(receiver.received[1]?.json).toEqual(receiver.received[0]?.json);
  const replayed = (await deliveriesOf(api, here.host, here.hook)).find(
    (each) => each.id === made.body.deliveryId,
  );
  expect(replayed).toMatchObject({ replayOf: id, messageId: id, status: "delivered" });
});

test("a ping reaches an endpoint that is stopped, and is in the log", async () => {
  await using receiver = await startReceiver();
  const here = await scene(receiver);
  const path = `/webhooks/${here.hook.id}`;
  await api("PATCH", path, { token: here.host.token, body: { isActive: false } });
  const { status, body } = await api("POST", `${path}/test`, { token: here.host.token });
  expect(status).toBe(202);
  await sendAll(world);
  expect(receiver.received[0]?.json).toEqual({
    type: "webhook.ping",
    timestamp: NOW.toString(),
    data: { webhookId: here.hook.id },
  });
  const [delivery] = await deliveriesOf(api, here.host, here.hook);
  expect(delivery).toMatchObject({
    id: body.deliveryId,
    status: "delivered",
    event: "webhook.ping",
  });
});

test("the log is paged, newest first", async () => {
  await using receiver = await startReceiver();
  const here = await scene(receiver);
  const path = `/webhooks/${here.hook.id}`;
  const made: string[] = [];
  for (let i = 0; i < 5; i += 1) {
    world.setNow(NOW.add({ minutes: i }).toString());
    made.unshift((await api("POST", `${path}/test`, { token: here.host.token })).body.deliveryId);
  }
  const seen: string[] = [];
  for (let cursor = ""; ; ) {
    const at = `${path}/deliveries?limit=2${cursor && `&cursor=${cursor}`}`;
    const { body } = await api("GET", at, { token: here.host.token });
    seen.push(...body.data.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor;
    if (cursor === null) break;
  }
  expect(seen).toEqual(made);
});

test("the log is let go of after a month, the promise stays", async () => {
  await using receiver = await startReceiver();
  const here = await scene(receiver);
  await here.event();
  await sendAll(world);
  world.setNow(NOW.add({ hours: 24 * 30 }).toString());
  expect(await forgetOldAttempts(world)).toBe(false);
  expect((await deliveriesOf(api, here.host, here.hook))[0].attempts).toHaveLength(1);
  world.setNow(NOW.add({ hours: 24 * 30, seconds: 1 }).toString());
  expect(await forgetOldAttempts(world)).toBe(false);
  expect(await deliveriesOf(api, here.host, here.hook)).toMatchObject([
    { status: "delivered", attempts: [] },
  ]);
});
