import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);

const create = async (token: string, given: object = {}) => {
  const { status, body } = await api("POST", "/meeting-types", {
    token,
    body: { title: "Intro call", ...given },
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
};

/** A booking of the type, straight into its table: what matters is that it is there. */
const book = (typeId: string, hostId: string) =>
  world.db.run(
    `insert into bookings (id, meeting_type_id, host_id, title, during, status, host_zone, location)
     values ($1, $2, $3, 'Intro', '[2026-12-01T09:00Z,2026-12-01T09:30Z)', 'CONFIRMED', 'UTC', '{}')`,
    [newId(), typeId, hostId],
  );

test("a meeting type needs a title only, and its defaults are shown", async () => {
  const host = await makeHost(world);
  const made = await api("POST", "/meeting-types", {
    token: host.token,
    body: { title: "  Intro call  " },
  });
  expect(made.status).toBe(201);
  expect(made.headers.get("etag")).toBe('"v1"');
  expect(made.body).toEqual({
    id: expect.any(String),
    title: "Intro call",
    slug: "intro-call",
    description: null,
    durationMinutes: 30,
    durationOptions: [],
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    slotIntervalMinutes: null,
    slotAlignment: "start",
    minimumNoticeMinutes: 60,
    horizon: { kind: "rolling", days: 60 },
    caps: [],
    locationType: "PHONE",
    locationDetails: null,
    scheduleId: null,
    notifications: {
      confirmation: true,
      cancellation: true,
      reschedule: true,
      sms: false,
      noShow: false,
    },
    reminders: [{ minutesBefore: 1440, channel: "email", to: "both" }],
    capacity: 1,
    requiresConfirmation: false,
    questions: [],
    visibility: "public",
    isActive: true,
    ownerId: host.id,
    organizationId: null,
    hostGroups: [
      {
        hosts: [{ userId: host.id, scheduleId: null, weight: 1, priority: 0 }],
        required: "all",
      },
    ],
    policies: {
      cancelUntilMinutesBefore: null,
      rescheduleUntilMinutesBefore: null,
      reasonRequired: false,
      maxActivePerGuest: null,
      guestVerification: "none",
    },
    archivedAt: null,
    version: 1,
    createdAt: "2026-11-22T10:00:00Z",
    updatedAt: expect.any(String),
    allowedOrigins: null,
    warnings: [],
  });
  const found = await api("GET", `/meeting-types/${made.body.id}`, { token: host.token });
  expect(found.headers.get("etag")).toBe('"v1"');
  expect(found.body).toEqual(made.body);
});

test("every setting is stored as it was given", async () => {
  const { token, id: userId, scheduleId } = await makeHost(world);
  const settings = {
    title: "Workshop",
    slug: "work-shop-2",
    description: "Two hours\nof work",
    durationMinutes: 120,
    durationOptions: [60, 120],
    bufferBeforeMinutes: 10,
    bufferAfterMinutes: 15,
    slotIntervalMinutes: 20,
    slotAlignment: "quarter",
    minimumNoticeMinutes: 0,
    horizon: { kind: "range", from: "2026-12-01", until: "2026-12-31" },
    caps: [
      { per: "day", bookings: 2 },
      { per: "month", bookings: 20, minutes: 2400 },
    ],
    locationType: "CUSTOM_LINK",
    locationDetails: "https://meet.example.com/ada?room=1",
    scheduleId,
    notifications: { confirmation: false, cancellation: true, reschedule: false, sms: true },
    reminders: [
      { minutesBefore: 5, channel: "sms", to: "guest" },
      { minutesBefore: 40320, channel: "email", to: "host" },
    ],
    capacity: 12,
    requiresConfirmation: false,
    questions: [
      { id: "company", label: "Company", type: "text", required: true, maxLength: 80 },
      { id: "team", label: "Team", type: "multiSelect", required: false, options: ["A", "B"] },
    ],
    visibility: "secret",
    isActive: false,
    hostGroups: [{ hosts: [{ userId, scheduleId, weight: 3, priority: 7 }], required: 1 }],
    policies: {
      cancelUntilMinutesBefore: 60,
      rescheduleUntilMinutesBefore: 120,
      reasonRequired: true,
      maxActivePerGuest: 3,
    },
  };
  const made = await create(token, settings);
  expect(made).toMatchObject(settings);
  expect((await api("GET", `/meeting-types/${made.id}`, { token })).body).toEqual(made);

  const other = await create(token);
  const { slug, ...rest } = settings;
  const changed = await api("PATCH", `/meeting-types/${other.id}`, {
    token,
    body: { ...rest, slug: "x" },
  });
  expect(changed.body).toMatchObject({ ...rest, slug: "x", version: 2 });
  expect((await api("GET", `/meeting-types/${other.id}`, { token })).body).toEqual(changed.body);
});

test("PATCH keeps what is absent, empties by null and changes fixed objects key by key", async () => {
  const { token, scheduleId } = await makeHost(world);
  const made = await create(token, { description: "x", scheduleId, locationDetails: "y" });
  const { status, body, headers } = await api("PATCH", `/meeting-types/${made.id}`, {
    token,
    body: {
      description: null,
      scheduleId: null,
      locationDetails: "  ",
      notifications: { sms: true },
      policies: { reasonRequired: true },
      reminders: [],
    },
  });
  expect(status).toBe(200);
  expect(headers.get("etag")).toBe('"v2"');
  expect(body).toEqual({
    ...made,
    description: null,
    scheduleId: null,
    locationDetails: null,
    notifications: { ...made.notifications, sms: true },
    policies: { ...made.policies, reasonRequired: true },
    reminders: [],
    version: 2,
    updatedAt: expect.any(String),
  });
  expect((await api("GET", `/meeting-types/${made.id}`, { token })).body).toEqual(body);
});

test("the durations to choose from are sorted and have the duration among them", async () => {
  const { token } = await makeHost(world);
  const made = await create(token, { durationMinutes: 45, durationOptions: [60, 15] });
  expect(made.durationOptions).toEqual([15, 45, 60]);
  const path = `/meeting-types/${made.id}`;
  const longer = await api("PATCH", path, { token, body: { durationMinutes: 90 } });
  expect(longer.body.durationOptions).toEqual([15, 45, 60, 90]);
  const none = await api("PATCH", path, { token, body: { durationOptions: [] } });
  expect(none.body).toMatchObject({ durationMinutes: 90, durationOptions: [] });
});

test("a slug that is not given is derived from the title, and free", async () => {
  const { token } = await makeHost(world);
  const titles = ["Café – crème!", "Café creme", "日本", "日本", "x".repeat(200), "x".repeat(200)];
  const slugs: string[] = [];
  for (const title of titles) slugs.push((await create(token, { title })).slug);
  expect(slugs).toEqual([
    "cafe-creme",
    "cafe-creme-2",
    "meeting",
    "meeting-2",
    "x".repeat(64),
    `${"x".repeat(62)}-2`,
  ]);
});

test("a slug that is given must be free among my own", async () => {
  const { token } = await makeHost(world);
  const stranger = await makeHost(world);
  await create(token, { slug: "intro" });
  await create(stranger.token, { slug: "intro" });
  const taken = await api("POST", "/meeting-types", { token, body: { title: "X", slug: "intro" } });
  expect(taken).toMatchObject({ status: 409, body: { code: "slug_taken" } });
  const other = await create(token, { slug: "other" });
  const moved = await api("PATCH", `/meeting-types/${other.id}`, {
    token,
    body: { slug: "intro" },
  });
  expect(moved).toMatchObject({ status: 409, body: { code: "slug_taken" } });
});

test("of many types of one slug at once exactly one is made", async () => {
  const { token } = await makeHost(world);
  const answers = await Promise.all(
    Array.from({ length: 6 }, () =>
      api("POST", "/meeting-types", { token, body: { title: "X", slug: "only" } }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
});

test("If-Match and version refuse a change that is based on an old state, and show the present one", async () => {
  const { token } = await makeHost(world);
  const made = await create(token);
  const path = `/meeting-types/${made.id}`;
  await api("PATCH", path, { token, body: { title: "Two", version: 1 } });
  const stale = await api("PATCH", path, {
    token,
    body: { title: "Three" },
    headers: { "if-match": '"v1"' },
  });
  const { warnings: _, ...current } = (await api("GET", path, { token })).body;
  expect(stale).toMatchObject({ status: 412, body: { code: "precondition_failed", current } });
  const old = await api("PATCH", path, { token, body: { title: "Three", version: 1 } });
  expect(old).toMatchObject({ status: 409, body: { code: "version_conflict", current } });
  const gone = await api("DELETE", path, { token, headers: { "if-match": '"v1"' } });
  expect(gone.status).toBe(412);
});

test("of two changes based on the same version one wins, the other gets 409", async () => {
  const { token, id: userId } = await makeHost(world);
  const { id } = await create(token);
  const answers = await Promise.all(
    [3, 4].map((weight) =>
      api("PATCH", `/meeting-types/${id}`, {
        token,
        body: { version: 1, hostGroups: [{ hosts: [{ userId, weight }], required: "all" }] },
      }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const winner = answers.find(({ status }) => status === 200)!.body;
  expect((await api("GET", `/meeting-types/${id}`, { token })).body).toEqual(winner);
});

test("changes that name no version all come through", async () => {
  const { token, id: userId } = await makeHost(world);
  const { id } = await create(token);
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      api("PATCH", `/meeting-types/${id}`, {
        token,
        body: {
          capacity: i + 1,
          hostGroups: [{ hosts: [{ userId, weight: i + 1 }], required: 1 }],
        },
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
  const { body } = await api("GET", `/meeting-types/${id}`, { token });
  expect(body.version).toBe(7);
  expect(body.hostGroups[0].hosts[0].weight).toBe(body.capacity);
});

test("a type without bookings is deleted", async () => {
  const { token } = await makeHost(world);
  const { id } = await create(token);
  const gone = await api("DELETE", `/meeting-types/${id}`, { token });
  expect(gone).toMatchObject({
    status: 200,
    body: { message: "Meeting type deleted", archived: false },
  });
  expect((await api("GET", `/meeting-types/${id}`, { token })).status).toBe(404);
});

test("a type with bookings is archived: out of lists and of reach, its slug is free, only its owner finds it", async () => {
  const { token, id: hostId, username } = await makeHost(world);
  const { id, slug } = await create(token);
  await book(id, hostId);

  const path = `/meeting-types/${id}`;
  const gone = await api("DELETE", path, { token });
  expect(gone.body).toEqual({ message: "Meeting type archived", archived: true });
  expect((await api("GET", "/meeting-types", { token })).body.data).toEqual([]);
  expect((await api("GET", `/users/${username}/${slug}`)).status).toBe(404);
  const found = await api("GET", path, { token });
  expect(found.body).toMatchObject({ archivedAt: "2026-11-22T10:00:00Z", version: 2 });
  const changed = await api("PATCH", path, { token, body: { title: "Alive" } });
  expect(changed).toMatchObject({ status: 409, body: { code: "type_inactive" } });

  const again = await api("DELETE", path, { token });
  expect(again.body).toEqual({ message: "Meeting type archived", archived: true });
  expect((await api("GET", path, { token })).body).toEqual(found.body);
  expect((await create(token)).slug).toBe(slug);
});

test("a booking that comes in while its type is deleted keeps it", async () => {
  const { token, id: hostId } = await makeHost(world);
  for (let i = 0; i < 10; i++) {
    const { id } = await create(token);
    const [booked, gone] = await Promise.allSettled([
      book(id, hostId),
      api("DELETE", `/meeting-types/${id}`, { token }),
    ]);
    expect(gone).toMatchObject({
      value: { status: 200, body: { archived: booked.status === "fulfilled" } },
    });
  }
});

test("a schedule that a meeting type names cannot be deleted before that is gone", async () => {
  const { token, id: userId } = await makeHost(world);
  const schedule = async () =>
    (await api("POST", "/schedules", { token, body: { name: "x" } })).body.id;
  const [mine, ofHost] = [await schedule(), await schedule()];
  const { id } = await create(token, {
    scheduleId: mine,
    hostGroups: [{ hosts: [{ userId, scheduleId: ofHost }], required: "all" }],
  });
  for (const scheduleId of [mine, ofHost]) {
    const refused = await api("DELETE", `/schedules/${scheduleId}`, { token });
    expect(refused).toMatchObject({ status: 409, body: { code: "schedule_in_use" } });
  }
  await book(id, userId);
  await api("DELETE", `/meeting-types/${id}`, { token });
  expect((await api("DELETE", `/schedules/${mine}`, { token })).status).toBe(200);
  expect((await api("GET", `/meeting-types/${id}`, { token })).body.scheduleId).toBeNull();
});

test("a stranger's meeting type does not exist", async () => {
  const host = await makeHost(world);
  const { id } = await create(host.token);
  const { token } = await makeHost(world);
  const path = `/meeting-types/${id}`;
  const answers = await Promise.all([
    api("GET", path, { token }),
    api("PATCH", path, { token, body: { title: "Mine now" } }),
    api("DELETE", path, { token }),
  ]);
  expect(answers.map(({ body }) => body.code)).toEqual(Array(3).fill("not_found"));
});

test("nobody gets anything without a token", async () => {
  const path = `/meeting-types/${newId()}`;
  const answers = await Promise.all([
    api("GET", "/meeting-types"),
    api("POST", "/meeting-types", { body: {} }),
    api("GET", path),
    api("PATCH", path, { body: {} }),
    api("DELETE", path),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(401));
});

test("GET /meeting-types pages newest first and filters by isActive", async () => {
  const { token } = await makeHost(world);
  const made: string[] = [];
  for (let i = 0; i < 5; i++) made.push((await create(token, { isActive: i % 2 === 0 })).id);
  const ids = (page: { body: { data: { id: string }[] } }) => page.body.data.map(({ id }) => id);

  const first = await api("GET", "/meeting-types?limit=3", { token });
  const second = await api("GET", `/meeting-types?limit=3&cursor=${first.body.nextCursor}`, {
    token,
  });
  expect([...ids(first), ...ids(second)]).toEqual(made.toReversed());
  expect(second.body.nextCursor).toBeNull();
  const whole = await api("GET", `/meeting-types/${made[4]}`, { token });
  expect({ ...first.body.data[0], warnings: [] }).toEqual(whole.body);

  const active = await api("GET", "/meeting-types?isActive=TRUE", { token });
  expect(ids(active)).toEqual([made[4], made[2], made[0]] as string[]);
  const passive = await api("GET", "/meeting-types?isActive=false", { token });
  expect(ids(passive)).toEqual([made[3], made[1]] as string[]);
  const wrong = await api("GET", "/meeting-types?isActive=maybe", { token });
  expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: "isActive" }] } });
});
