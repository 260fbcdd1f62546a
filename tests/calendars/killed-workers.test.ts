// Whole workers as processes of their own, killed when a provider has done what it was asked and nothing is written down yet.
import { afterAll, describe, expect, test } from "bun:test";
import { tokenOf } from "../bookings/support/guest.ts";
import { eventually } from "../support/eventually.ts";
import { openGoogle } from "../support/google-calendar.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { findRadicale, startRadicale } from "../support/radicale.ts";
import { onPostgres } from "../worker/support/backends.ts";
import { type House, openHouse } from "../worker/support/house.ts";
import { startWorkerProcess } from "../worker/support/process.ts";
import { openFront } from "./support/held-front.ts";
import { giveToken, makeCalendar, makeConnection } from "./support/house.ts";
import { readByOthers, resourcesOf } from "./support/read-by-others.ts";

/** A provider as its owner sees it. */
interface Provider extends AsyncDisposable {
  readonly url: string;
  readonly env: Record<string, string>;
  connect(house: House, host: { id: string; token: string }, front: string): Promise<unknown>;
  /** When the events begin that are there, as it or another client tells. */
  starts(): Promise<string[]>;
  /** Somebody adds half an hour. */
  put(start: string, end: string): Promise<unknown>;
  isWrite(method: string, path: string): boolean;
  isRead(method: string, path: string): boolean;
}

async function google(): Promise<Provider> {
  const server = await openGoogle({ deliver: async () => {} });
  const home = "ada@example.com";
  server.addCalendar(home, { primary: true });
  return {
    url: server.url,
    env: {},
    async connect({ world }, host) {
      const connection = await makeConnection(world, host, home, "google");
      await giveToken(world, connection);
      await makeCalendar(world, host, { connection, externalId: home, isDestination: true });
    },
    starts: async () =>
      server
        .events(home)
        .map(({ start }) => `${Temporal.Instant.from(start!.dateTime!)}`)
        .sort(),
    put: async (start, end) =>
      server.addEvent(home, { start: { dateTime: start }, end: { dateTime: end } }),
    isWrite: (method, path) => method !== "GET" && path.includes("/events"),
    isRead: (method, path) => method === "GET" && path.endsWith("/events"),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function caldav(): Promise<Provider> {
  const radicale = await startRadicale();
  const { url, username, password } = radicale;
  const calendar = await radicale.makeCalendar("Work");
  return {
    url,
    env: { OUTBOUND_ALLOW_PRIVATE: "true" },
    async connect({ api }, host, front) {
      const body = { url: front, username, password };
      const answer = await api("POST", "/calendar/connect/caldav", { token: host.token, body });
      expect(answer.status).toBe(201);
    },
    starts: async () => {
      const all = await resourcesOf(radicale, calendar);
      const events = await Promise.all(all.map((each) => readByOthers(radicale, each)));
      return events.map(({ start }) => `${Temporal.Instant.from(start)}`).sort();
    },
    put: async (start, end) => {
      const lines = [start, end].map((each) => each.replace(/[-:]/g, ""));
      const body = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Others//EN\r\nBEGIN:VEVENT\r\nUID:dentist\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Dentist\r\nDTSTART:${lines[0]}\r\nDTEND:${lines[1]}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
      expect((await radicale.ask("PUT", `${calendar}dentist.ics`, { body })).status).toBe(201);
    },
    isWrite: (method) => method === "PUT" || method === "DELETE",
    isRead: (method) => method === "REPORT",
    [Symbol.asyncDispose]: () => radicale[Symbol.asyncDispose](),
  };
}

const PROVIDERS: Record<string, (() => Promise<Provider>) | null> = {
  "Google's stand-in": google,
  [findRadicale() ? "radicale" : "radicale (not installed)"]: findRadicale() ? caldav : null,
};

const open: AsyncDisposable[] = [];
afterAll(async () => {
  for (const each of open.reverse()) await each[Symbol.asyncDispose]();
});

async function settle(make: () => Promise<Provider>) {
  const provider = await make();
  const front = openFront(provider.url);
  const env = { ...provider.env, GOOGLE_BASE_URL: front.url.slice(0, -1) };
  const house = await openHouse(onPostgres, { env });
  open.push(provider, front, house);
  const { world, api } = house;
  // A process reads the real clock.
  const now = Temporal.Now.instant().round("millisecond");
  world.setNow(now.toString());
  const host = await makeHost(world, {
    hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }],
  });
  const type = await makeMeetingType(world, host);
  await provider.connect(house, host, front.url);
  const day = `${now.add({ hours: 24 * 30 })}`.slice(0, 10);
  const worker = () =>
    startWorkerProcess(house, {
      ...env,
      ENCRYPTION_KEY: world.config.ENCRYPTION_KEY ?? "",
      PUBLIC_URL: world.config.PUBLIC_URL,
    });
  const isDone = (kind: string) =>
    eventually(async () => {
      const rows = await world.db.run(
        "select attempts from outbox where queue = 'calendar-sync' and kind = $1 and done_at is null",
        [kind],
      );
      expect(rows).toEqual([]);
    });
  /** A worker that dies as soon as the provider has done one thing, and before it hears of that. */
  const kill = async (is: Provider["isWrite"]) => {
    const held = front.hold(is);
    await using killed = worker();
    await held;
    await killed.kill("SIGKILL");
    expect(killed.child.signalCode).toBe("SIGKILL");
  };
  /** Its leases end, and another one goes on. */
  const goOn = async (kind = "calendar.write") => {
    await world.db.run(
      `with o as (update outbox set due_at = due_at - interval '1 hour', taken_until = taken_until - interval '1 hour' where done_at is null)
       update calendar_runs set leased_until = leased_until - interval '1 hour'`,
      [],
    );
    await using next = worker();
    await isDone(kind);
    await next.kill("SIGTERM");
  };
  const at = (time: string) => `${day}T${time}:00Z`;
  return { provider, house, world, api, host, type, kill, goOn, at };
}

for (const [name, make] of Object.entries(PROVIDERS))
  describe.skipIf(make === null)(`a worker killed at ${name}`, () => {
    test("makes no second event and loses no change, whatever it was about to write down", async () => {
      const { provider, api, host, type, kill, goOn, at } = await settle(make!);
      const made = await book(api, type, at("10:00"));
      const id: string = made.body.booking.id;
      const guest = { "x-booking-token": tokenOf(made) };
      await kill(provider.isWrite);
      expect(await provider.starts()).toEqual([at("10:00")]);
      await goOn();
      expect(await provider.starts()).toEqual([at("10:00")]);

      const move = (time: string) =>
        api("PATCH", `/bookings/${id}/reschedule`, { headers: guest, body: { start: at(time) } });
      expect((await move("12:00")).status).toBe(200);
      await kill(provider.isWrite);
      expect(await provider.starts()).toEqual([at("12:00")]);
      // While nobody works the booking moves on.
      expect((await move("14:00")).status).toBe(200);
      await goOn();
      expect(await provider.starts()).toEqual([at("14:00")]);
      const { body } = await api("GET", `/bookings/${id}`, { token: host.token });
      expect(body.calendarEvents).toMatchObject([{ state: "written" }]);

      await api("PATCH", `/bookings/${id}/cancel`, { headers: guest, body: {} });
      await kill(provider.isWrite);
      expect(await provider.starts()).toEqual([]);
      await goOn();
      expect(await provider.starts()).toEqual([]);
      const { body: notices } = await api("GET", "/notifications", { token: host.token });
      const types = notices.data.map((each: { type: string }) => each.type);
      expect(types.filter((each: string) => each.startsWith("CALENDAR"))).toEqual([]);
    });

    test("leaves no event of a booking that is off before the next one begins", async () => {
      const { provider, api, type, kill, goOn, at } = await settle(make!);
      const made = await book(api, type, at("10:00"));
      await kill(provider.isWrite);
      expect(await provider.starts()).toEqual([at("10:00")]);
      await api("PATCH", `/bookings/${made.body.booking.id}/cancel`, {
        headers: { "x-booking-token": tokenOf(made) },
        body: {},
      });
      await goOn();
      expect(await provider.starts()).toEqual([]);
    });

    test("while it reads loses nothing of what there was to read", async () => {
      const { provider, world, kill, goOn, at } = await settle(make!);
      await provider.put(at("10:00"), at("10:30"));
      await kill(provider.isRead);
      const busy = () => world.db.run("select lower(during)::text as start from external_busy", []);
      expect(await busy()).toEqual([]);
      await goOn("calendar.sync");
      expect(await busy()).toHaveLength(1);
    });
  });
