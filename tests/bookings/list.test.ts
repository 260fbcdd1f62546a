import { expect, test } from "bun:test";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf } from "./support/guest.ts";

const world = await testWorld();
const api = client(world);
const list = async (host: Host, query: Record<string, string> = {}) =>
  api("GET", `/bookings?${new URLSearchParams(query)}`, { token: host.token });
const idsOf = async (host: Host, query: Record<string, string> = {}): Promise<string[]> => {
  const { status, body } = await list(host, query);
  expect(status).toBe(200);
  return body.data.map(({ id }: { id: string }) => id);
};

const host = await makeHost(world);
const intro = await makeMeetingType(world, host);
const review = await makeMeetingType(world, host, { title: "Yearly REVIEW 100%" });
const first = await book(api, intro, "2026-11-23T09:00:00Z");
const second = await book(api, review, "2026-11-24T09:00:00Z", {
  guest: { name: "Alan Turing", email: "alan@example.com" },
});
await guestOf(api, second).cancel();
const third = await api("POST", "/bookings", {
  token: host.token,
  body: { title: "Dentist", start: "2026-11-24T22:00:00Z", end: "2026-11-25T02:00:00Z" },
});
const [one, two, three] = [first, second, third].map(({ body }) => body.booking.id as string);

test("GET /bookings gives mine, the newest first, as each alone", async () => {
  const { body } = await list(host);
  expect(body.nextCursor).toBeNull();
  expect(body.data.map(({ id }: { id: string }) => id)).toEqual([three, two, one]);
  expect(body.data[2]).toMatchObject(first.body.booking);
  expect(await idsOf(await makeHost(world))).toEqual([]);
  expect((await api("GET", "/bookings")).status).toBe(401);
});

test.each([
  [{ status: "CONFIRMED" }, [three, one]],
  [{ status: "cancelled" }, [two]],
  [{ from: "2026-11-24T00:00:00Z" }, [three, two]],
  [{ from: "2026-11-25T01:00:00Z" }, [three]],
  [{ from: "2026-11-25T02:00:00Z" }, []],
  [{ until: "2026-11-24T09:00:00Z" }, [one]],
  [{ until: "2026-11-24T10:00:00.1+01:00" }, [two, one]],
  [{ from: "2026-11-23T09:30:00Z", until: "2026-11-24T10:00:00Z" }, [two]],
  [{ from: "0001-01-01T00:00:00Z", until: "9998-12-31T23:59:59-12:00" }, [three, two, one]],
  [{ from: "9998-12-31T23:59:59Z" }, []],
  [{ meetingTypeId: intro.id }, [one]],
  [{ guestEmail: "ALAN@example.com" }, [two]],
  [{ guestEmail: "alan@example.co" }, []],
  [{ q: "review" }, [two]],
  [{ q: "turing" }, [two]],
  [{ q: "100%" }, [two]],
  [{ q: "%" }, [two]],
  [{ q: "_" }, []],
  [{ q: "DENT", status: "confirmed" }, [three]],
])("GET /bookings filters by %j", async (query, wanted) => {
  expect(await idsOf(host, query as unknown as Record<string, string>)).toEqual(wanted as string[]);
});

test.each([
  { status: "CONFIRMED'--" },
  { status: "confirmd" },
  { from: "2026-11-23" },
  { until: "tomorrow" },
  { meetingTypeId: "intro" },
  { guestEmail: "alan" },
  { q: "" },
  { limit: "0" },
  { limit: "101" },
  { cursor: "nonsense" },
])("GET /bookings refuses %j", async (query) => {
  const { status, body } = await list(host, query as unknown as Record<string, string>);
  expect([status, body.code]).toEqual([422, "invalid"]);
});

test("pages follow one another without a gap or a repeat, also while bookings are made", async () => {
  const busy = await makeHost(world);
  const type = await makeMeetingType(world, busy);
  const made: string[] = [];
  for (const hour of ["09", "10", "11", "12", "13"])
    made.unshift((await book(api, type, `2026-11-23T${hour}:00:00Z`)).body.booking.id);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { limit: "2", ...(cursor && { cursor }) };
    const { body } = await list(busy, query);
    seen.push(...body.data.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor;
    if (seen.length === 2) await book(api, type, "2026-11-23T16:00:00Z");
  } while (cursor !== null);
  expect(seen).toEqual(made);
  expect((await list(busy, { limit: "6" })).body.nextCursor).toBeNull();
});

test("hosts of a meeting list it, its owner who does not take it does not", async () => {
  const [owner, other] = [await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, owner, { groups: [{ hosts: [other] }] });
  const made = await book(api, type, "2026-11-23T09:00:00Z");
  expect(made.body.booking).toMatchObject({ hostId: other.id, hosts: [{ id: other.id }] });
  expect(await idsOf(other)).toEqual([made.body.booking.id]);
  expect(await idsOf(owner)).toEqual([]);
});
