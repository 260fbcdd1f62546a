// Calendars by whole workers: what is pushed or polled is read, and a crowd of them holds up no mail.
import { expect, test } from "bun:test";
import { CalendarFailure } from "../../src/calendars/failure.ts";
import type { Access, ChangesPage } from "../../src/calendars/provider.ts";
import { pushSecret } from "../../src/calendars/push.ts";
import { makeCalendar, makeConnection } from "../calendars/support/house.ts";
import { eventually } from "../support/eventually.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { ScriptedCalendar, spanOf } from "../support/scripted-calendar.ts";
import { onEachBackend, onPostgres } from "./support/backends.ts";
import { openHouse } from "./support/house.ts";
import { mailed } from "./support/settled.ts";

const NOW = () => Temporal.Instant.from("2026-11-22T10:00:00Z");

onEachBackend("calendars", (backend) => {
  test("a worker reads a calendar that is new, has pushes come of it, and hears them", async () => {
    const script = new ScriptedCalendar("google", NOW);
    await using house = await openHouse(backend, {
      env: { PUBLIC_URL: "https://kalends.example" },
      calendars: { google: script },
    });
    const { world, api, host } = house;
    const calendar = await makeCalendar(world, host);
    const type = await makeMeetingType(world, host);
    const count = async () => {
      const path = `/meeting-types/${type.id}/slots?from=2026-11-23&until=2026-11-23`;
      return (await api("GET", path)).body.days[0].slots.length;
    };
    script.put(calendar.externalId, "e", "2026-11-23T09:00/10:00");
    await house.work();
    await house.work();
    await eventually(async () => expect(await count()).toBe(14));
    await eventually(() => expect(script.channels.size).toBe(1));
    const [channel] = script.channels.values();
    script.put(calendar.externalId, "f", "2026-11-23T10:00/11:00");
    const headers = {
      "x-goog-channel-id": channel!.id,
      "x-goog-channel-token": pushSecret(world, channel!.id),
      "x-goog-resource-state": "exists",
    };
    expect((await api("POST", "/calendar/notifications/google", { headers })).status).toBe(200);
    await eventually(async () => expect(await count()).toBe(12));
    await eventually(async () =>
      expect((await house.promises()).filter(({ queue }) => queue === "calendar-sync")).toEqual([]),
    );
  });
});

const HOSTS = 200;
const CALENDARS = 3;
const EVENTS = 500;
const PAGE = 250;
/** What Microsoft takes of one mailbox at a time, and Google within a minute. */
const AT_ONCE = 4;
const PER_MINUTE = 600;

/** A provider with as many events in each calendar, which refuses who asks too much of one mailbox. */
class CrowdedProvider extends ScriptedCalendar {
  readonly #underWay = new Map<string, number>();
  readonly #asked = new Map<string, number>();
  refused = 0;
  requests = 0;
  gate: Promise<void> = Promise.resolve();

  override async *changes(
    access: Access,
    { cursor }: { calendar: string; cursor: string | null },
  ): AsyncIterable<ChangesPage> {
    const mailbox = access.kind === "url" ? access.url : "";
    for (let from = 0; from < EVENTS; from += PAGE) {
      await this.#take(mailbox);
      yield {
        resources: Array.from({ length: cursor === null ? PAGE : 0 }, (_, n) => resource(from + n)),
        isFull: cursor === null,
        cursor: from + PAGE >= EVENTS ? "1" : null,
      };
    }
  }

  async #take(mailbox: string): Promise<void> {
    const underWay = (this.#underWay.get(mailbox) ?? 0) + 1;
    const asked = (this.#asked.get(mailbox) ?? 0) + 1;
    this.#underWay.set(mailbox, underWay);
    this.#asked.set(mailbox, asked);
    this.requests += 1;
    try {
      if (underWay > AT_ONCE || asked > PER_MINUTE) {
        this.refused += 1;
        throw new CalendarFailure("throttled", "Too much", 1);
      }
      await this.gate;
    } finally {
      this.#underWay.set(mailbox, this.#underWay.get(mailbox)! - 1);
    }
  }
}

function resource(n: number): ChangesPage["resources"][number] {
  const day = String(1 + (n % 28)).padStart(2, "0");
  const hour = String(Math.floor(n / 28)).padStart(2, "0");
  const during = spanOf(`2026-12-${day}T${hour}:00/${hour}:30`);
  return {
    externalId: `event-${n}`,
    etag: null,
    busy: [{ ...during, kind: "busy", title: null }],
    isGone: false,
    during,
    isOurs: false,
  };
}

test("two hundred hosts with three calendars each are read within what providers allow, and mails go out meanwhile", async () => {
  const provider = new CrowdedProvider("microsoft", NOW);
  await using house = await openHouse(onPostgres, { calendars: { microsoft: provider } });
  const { world, api } = house;
  const shut = Promise.withResolvers<void>();
  provider.gate = shut.promise;
  const owner = await makeHost(world);
  await world.db.run(
    `insert into users (id, email, username, first_name)
     select gen_random_uuid(), 'many-' || n || '@example.com', 'many-' || n, 'Many' from generate_series(1, $1::int) n`,
    [HOSTS - 1],
  );
  const hosts = (await world.db.run("select id from users where username like 'many-%'", [])) as {
    id: string;
  }[];
  for (const host of [owner, ...hosts]) {
    const connection = await makeConnection(world, host, host.id);
    for (let n = 0; n < CALENDARS; n += 1) await makeCalendar(world, host, { connection });
  }
  await house.work();
  // Every job that there may be stands at the provider's door.
  await eventually(() => expect(provider.requests).toBeGreaterThanOrEqual(12));
  for (let n = 0; n < 30; n += 1) await house.promise({ kind: "WELCOME", userId: owner.id });
  await mailed(house, 30);
  const type = await makeMeetingType(world, owner);
  const asked = provider.requests;
  expect((await api("GET", `/meeting-types/${type.id}/slots`)).status).toBe(200);
  expect(provider.requests).toBe(asked);
  shut.resolve();
  await eventually(async () => {
    const [{ count } = {}] = await world.db.run(
      "select count(*)::int from calendars where synced_at is not null",
      [],
    );
    expect(count).toBe(HOSTS * CALENDARS);
  }, 240_000);
  const [{ count } = {}] = await world.db.run("select count(*)::int from external_busy", []);
  expect(count).toBe(HOSTS * CALENDARS * EVENTS);
  expect(provider.refused).toBe(0);
}, 300_000);
