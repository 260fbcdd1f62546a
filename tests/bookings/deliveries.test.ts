import { beforeEach, describe, expect, test } from "bun:test";
import { DeliveryRefused } from "../../src/messages/email/failure.ts";
import type { Email } from "../../src/messages/email/provider.ts";
import { dispatch } from "../outbox/support/dispatch.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, NOW, testWorld } from "../support/world.ts";

const made = await testWorld();
let send = async (_mail: Email): Promise<void> => {};
const world = {
  ...made,
  mail: {
    name: "recorder",
    send: async (mail: Email) => {
      await send(mail);
      return { providerId: null };
    },
  },
};
const api = client(world);

beforeEach(() => {
  world.setNow(NOW.toString());
  send = async () => {};
});

const toGuest = ({ to }: Email) => to.email === "grace@example.com";

async function booked(reminders: Parameters<typeof makeMeetingType>[2] = {}) {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, reminders);
  const { body } = await book(api, type, "2026-11-23T10:00:00Z");
  return { host, id: body.booking.id as string };
}

const deliveries = async ({ host, id }: { host: Host; id: string }) =>
  (await api("GET", `/bookings/${id}/deliveries`, { token: host.token })).body.data;

const guests = async (booking: { host: Host; id: string }) =>
  (await deliveries(booking)).filter(
    ({ recipient }: { recipient: { role: string } }) => recipient.role === "guest",
  );

describe("the deliveries of a booking", () => {
  test("are every promise with its state, to whom, and when it is due", async () => {
    const booking = await booked({
      reminders: [{ minutesBefore: 60, channel: "email", to: "both" }],
    });
    await dispatch(world);
    const all = await deliveries(booking);
    const told = all.map(
      ({
        kind,
        state,
        recipient,
        dueAt,
      }: Record<string, unknown> & { recipient: { role: string } }) => [
        kind,
        recipient.role,
        state,
        dueAt,
      ],
    );
    expect(told.toSorted()).toEqual([
      ["BOOKING_CONFIRMATION", "guest", "sent", null],
      ["BOOKING_CONFIRMATION", "host", "sent", null],
      ["BOOKING_REMINDER", "guest", "pending", "2026-11-23T09:00:00Z"],
      ["BOOKING_REMINDER", "host", "pending", "2026-11-23T09:00:00Z"],
    ]);
    expect(all[0]).toMatchObject({ channel: "email", retryOf: null, retriedBy: null });
  });

  test("say what failed for now, and why", async () => {
    const booking = await booked();
    send = async () => {
      throw new Error("451 greylisted");
    };
    await dispatch(world);
    expect(await guests(booking)).toMatchObject([
      { state: "retrying", error: "451 greylisted", attempts: 1, dueAt: "2026-11-22T10:00:10Z" },
    ]);
  });

  test("say what a later change has superseded", async () => {
    const booking = await booked();
    await api("DELETE", `/bookings/${booking.id}`, { token: booking.host.token });
    await dispatch(world);
    const states = (await guests(booking)).map(({ kind, state }: Record<string, string>) => [
      kind,
      state,
    ]);
    expect(states.toSorted()).toEqual([
      ["BOOKING_CANCELLED", "sent"],
      ["BOOKING_CONFIRMATION", "superseded"],
    ]);
  });

  test("come in pages, each once", async () => {
    const { host, id } = await booked({
      reminders: [10, 20, 30].map((minutesBefore) => ({
        minutesBefore,
        channel: "email",
        to: "both",
      })),
    });
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const path: string = `/bookings/${id}/deliveries?limit=3${cursor && `&cursor=${cursor}`}`;
      const { body } = await api("GET", path, { token: host.token });
      seen.push(...body.data.map((each: { id: string }) => each.id));
      cursor = body.nextCursor;
    }
    expect(new Set(seen).size).toBe(8);
    expect(seen).toHaveLength(8);
  });

  test("are their host's alone", async () => {
    const { id } = await booked();
    const stranger = await makeHost(world);
    const path = `/bookings/${id}/deliveries`;
    expect((await api("GET", path)).status).toBe(401);
    expect((await api("GET", path, { token: stranger.token })).status).toBe(404);
  });
});

describe("what failed for good", () => {
  async function failed() {
    const booking = await booked();
    send = async (mail) => {
      if (toGuest(mail)) throw new DeliveryRefused("550 no such mailbox");
    };
    await dispatch(world);
    send = async () => {};
    const [delivery] = await guests(booking);
    const path = `/bookings/${booking.id}/deliveries/${delivery.id}/retry`;
    const again = () => api("POST", path, { token: booking.host.token });
    return { ...booking, delivery, path, again };
  }

  test("is shown with what the provider said", async () => {
    expect((await failed()).delivery).toMatchObject({
      state: "failed",
      error: "550 no such mailbox",
      recipient: { email: "grace@example.com", name: "Grace Hopper" },
      dueAt: null,
    });
  });

  test("is promised anew when its host says so, and stays on record", async () => {
    const booking = await failed();
    const { status, body } = await booking.again();
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: "pending", retryOf: booking.delivery.id, attempts: 0 });
    await dispatch(world);
    const states = (await guests(booking)).map(
      ({ id, state, retriedBy }: Record<string, unknown>) => [id, state, retriedBy],
    );
    expect(states.toSorted()).toEqual(
      [
        [booking.delivery.id, "failed", body.id],
        [body.id, "sent", null],
      ].toSorted(),
    );
  });

  test("is promised anew once, however often and at once its host says so", async () => {
    const booking = await failed();
    const answers = await Promise.all(Array.from({ length: 8 }, booking.again));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      ...Array.from({ length: 7 }, () => 200),
      201,
    ]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await guests(booking)).toHaveLength(2);
  });

  test("and fails again can be promised again", async () => {
    const booking = await failed();
    const { body } = await booking.again();
    send = async () => {
      throw new DeliveryRefused("550 still none");
    };
    await dispatch(world);
    const path = `/bookings/${booking.id}/deliveries/${body.id}/retry`;
    const next = await api("POST", path, { token: booking.host.token });
    expect([next.status, next.body.retryOf]).toEqual([201, body.id]);
  });

  test("is not for strangers to promise", async () => {
    const { path } = await failed();
    const stranger = await makeHost(world);
    expect((await api("POST", path)).status).toBe(401);
    expect((await api("POST", path, { token: stranger.token })).status).toBe(404);
  });
});

test("what is under way, sent or of another booking is not sent again", async () => {
  const booking = await booked();
  const other = await booked();
  const [waiting] = await guests(booking);
  const retry = (id: string, of = booking) =>
    api("POST", `/bookings/${of.id}/deliveries/${id}/retry`, { token: of.host.token });
  expect((await retry(waiting.id)).body.code).toBe("delivery_stands");
  await dispatch(world);
  expect((await retry(waiting.id)).status).toBe(409);
  expect((await retry(waiting.id, other)).status).toBe(404);
  expect(await guests(booking)).toHaveLength(1);
});
