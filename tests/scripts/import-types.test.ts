// What a host had at Calendly or cal.com becomes his here, once, and what has no place is told.
import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planOfCalCom } from "../../scripts/import/cal-com.ts";
import { planOfCalendly } from "../../scripts/import/calendly.ts";
import { carryOver } from "../../scripts/import/plan.ts";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);
const folder = mkdtempSync(join(tmpdir(), "kalends-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CALENDLY_TYPES = {
  collection: [
    {
      uri: "https://api.calendly.com/event_types/AAA",
      name: "Intro",
      slug: "intro",
      active: true,
      kind: "solo",
      type: "StandardEventType",
      booking_method: "instant",
      duration: 30,
      duration_options: [15, 30, 60],
      secret: false,
      pooling_type: null,
      description_plain: "Half an hour.",
      custom_questions: [
        { name: "Company?", type: "string", position: 0, enabled: true, required: true },
        {
          name: "Which?",
          type: "single_select",
          enabled: true,
          required: false,
          answer_choices: ["A", "B", "A"],
          include_other: true,
        },
        { name: "Off", type: "text", enabled: false, required: false },
      ],
      locations: [{ kind: "physical", location: "Main Street 1" }],
    },
    { name: "Round robin", slug: "rr", duration: 30, pooling_type: "round_robin" },
    { name: "Poll", slug: "poll", duration: 30, booking_method: "poll" },
  ],
  pagination: { count: 3, next_page: null },
};
const CALENDLY_SCHEDULES = {
  collection: [
    {
      uri: "https://api.calendly.com/user_availability_schedules/BBB",
      default: true,
      name: "Mornings",
      timezone: "America/New_York",
      rules: [
        { type: "wday", wday: "monday", intervals: [{ from: "9:00", to: "12:00" }] },
        { type: "wday", wday: "sunday", intervals: [] },
        { type: "date", date: "2030-12-31", intervals: [] },
      ],
    },
  ],
};

const CAL_COM = {
  status: "success",
  data: [
    {
      id: 1,
      lengthInMinutes: 45,
      title: "Advice",
      slug: "advice",
      description: "For an hour, nearly.",
      locations: [{ type: "integration", integration: "zoom" }],
      bookingFields: [
        { isDefault: true, type: "name", slug: "name", label: "Name", required: true },
        { type: "radio", slug: "size", label: "Size", required: true, options: ["S", "L"] },
        { type: "multiemail", slug: "more", label: "More", required: false },
      ],
      slotInterval: 15,
      minimumBookingNotice: 240,
      beforeEventBuffer: 5,
      afterEventBuffer: 10,
      bookingWindow: { type: "businessDays", value: 20, rolling: true },
      bookingLimitsCount: { day: 3, year: 100 },
      bookingLimitsDuration: { week: 300 },
      confirmationPolicy: { type: "always", blockUnconfirmedBookingsInBooker: true },
      recurrence: { disabled: true },
      hidden: true,
      scheduleId: 7,
    },
    { id: 2, lengthInMinutes: 30, title: "Series", slug: "series", recurrence: { interval: 1 } },
    { id: 3, lengthInMinutes: 30, title: "Team", slug: "team", teamId: 9 },
  ],
};
const CAL_COM_SCHEDULES = {
  status: "success",
  data: [
    {
      id: 7,
      ownerId: 1,
      name: "Late",
      timeZone: "Europe/Rome",
      availability: [
        { days: ["Monday", "Friday"], startTime: "14:00", endTime: "23:59" },
        { days: ["Tuesday"], startTime: "22:00", endTime: "02:00" },
      ],
      isDefault: false,
      overrides: [
        { date: "2030-05-01", startTime: "00:00", endTime: "00:00" },
        { date: "2030-05-02", startTime: "10:00", endTime: "11:00" },
        { date: "2030-05-02", startTime: "13:00", endTime: "14:00" },
      ],
    },
  ],
};

test("Calendly's types and schedules become the host's; again changes nothing", async () => {
  const host = await makeHost(world);
  const plan = planOfCalendly([CALENDLY_TYPES, CALENDLY_SCHEDULES]);
  const dry = await carryOver(world, host.email, plan, true);
  expect(dry).toEqual({
    made: ["schedule “Mornings”", "meeting type “Intro” (intro)"],
    there: [],
    failed: [],
  });
  expect(await carryOver(world, host.email, plan, false)).toEqual(dry);
  const again = await carryOver(world, host.email, plan, false);
  expect(again).toEqual({ made: [], there: dry.made, failed: [] });
  const schedules = (await api("GET", "/schedules", { token: host.token })).body.data;
  expect(schedules.find(({ name }: { name: string }) => name === "Mornings")).toMatchObject({
    timeZone: "America/New_York",
    isDefault: true,
    hours: [{ weekday: "monday", from: "09:00", until: "12:00" }],
    overrides: [{ date: "2030-12-31", hours: [] }],
  });
  const types = (await api("GET", "/meeting-types", { token: host.token })).body.data;
  expect(types.find(({ slug }: { slug: string }) => slug === "intro")).toMatchObject({
    title: "Intro",
    durationMinutes: 30,
    durationOptions: [15, 30, 60],
    locationType: "IN_PERSON",
    locationDetails: "Main Street 1",
    questions: [
      { label: "Company?", type: "text", required: true },
      { label: "Which?", type: "select", options: ["A", "B"] },
    ],
  });
  expect(plan.left.join("\n")).toContain("“Round robin”: an event of several hosts");
  expect(plan.left.join("\n")).toContain("“Poll”: a one-off meeting or a poll");
  expect(plan.left.join("\n")).toContain("an answer of one's own");
});

test("cal.com's types and schedules become the host's, with limits, window, buffers and schedule", async () => {
  const host = await makeHost(world);
  const plan = planOfCalCom([CAL_COM, CAL_COM_SCHEDULES]);
  const done = await carryOver(world, host.email, plan, false);
  expect(done.failed).toEqual([]);
  expect(done.made).toHaveLength(3);
  const schedules = (await api("GET", "/schedules", { token: host.token })).body.data;
  const late = schedules.find(({ name }: { name: string }) => name === "Late");
  expect(late).toMatchObject({
    timeZone: "Europe/Rome",
    isDefault: false,
    hours: [
      { weekday: "monday", from: "14:00", until: "24:00" },
      { weekday: "friday", from: "14:00", until: "24:00" },
      { weekday: "tuesday", from: "22:00", until: "02:00" },
    ],
    overrides: [
      { date: "2030-05-01", hours: [] },
      {
        date: "2030-05-02",
        hours: [
          { from: "10:00", until: "11:00" },
          { from: "13:00", until: "14:00" },
        ],
      },
    ],
  });
  const types = (await api("GET", "/meeting-types", { token: host.token })).body.data;
  expect(types.find(({ slug }: { slug: string }) => slug === "advice")).toMatchObject({
    durationMinutes: 45,
    slotIntervalMinutes: 15,
    minimumNoticeMinutes: 240,
    bufferBeforeMinutes: 5,
    bufferAfterMinutes: 10,
    horizon: { kind: "businessDays", days: 20 },
    caps: [
      { per: "day", bookings: 3 },
      { per: "week", minutes: 300 },
    ],
    requiresConfirmation: true,
    visibility: "secret",
    locationType: "ZOOM",
    scheduleId: late.id,
    questions: [{ id: "size", type: "select", options: ["S", "L"], required: true }],
  });
  for (const what of [
    "“Series”: series",
    "“Team”: an event type of a team",
    "multiemail",
    "limit of a year",
  ])
    expect(plan.left.join("\n")).toContain(what);
  expect(plan.left.join("\n")).not.toContain("“Advice”: series");
});

test("what nobody would have saved gives no plan, and what is impossible is told, not made", async () => {
  const host = await makeHost(world);
  for (const odd of [null, 7, "x", [], {}, { collection: [null, 1, { rules: "no" }] }, [[[]]]])
    for (const planOf of [planOfCalendly, planOfCalCom])
      expect(planOf([odd])).toEqual({ schedules: [], types: [], left: [] });
  const plan = planOfCalCom([
    {
      data: [
        {
          lengthInMinutes: 30,
          title: "Nowhere",
          slug: "nowhere",
          locations: [{ type: "link", link: "no link" }],
        },
        { availability: [], name: "Mars", timeZone: "Mars/Base" },
      ],
    },
  ]);
  const { made, failed } = await carryOver(world, host.email, plan, false);
  expect(made).toEqual([]);
  expect(failed.join("\n")).toContain("“Mars”: timeZone");
  expect(failed.join("\n")).toContain("“Nowhere” (nowhere): locationDetails");
});

test("the programs read files and say what they did; without an account of that address they say so", async () => {
  const host = await makeHost(world);
  const file = join(folder, "calendly.json");
  writeFileSync(file, JSON.stringify([CALENDLY_TYPES, CALENDLY_SCHEDULES]));
  const run = (script: string, ...args: string[]) => {
    const ran = spawnSync(process.execPath, [`scripts/${script}.ts`, ...args], {
      cwd: join(import.meta.dir, "../.."),
      env: {
        PATH: process.env["PATH"] ?? "",
        DATA_DIR: folder,
        DATABASE_URL: world.config.DATABASE_URL,
      },
      encoding: "utf8",
    });
    return { code: ran.status, said: ran.stdout + ran.stderr };
  };
  const made = run("import-calendly", "--host", host.email, file);
  expect(made.said).toContain("Made:\n  schedule “Mornings”");
  expect(made.said).toContain("Without a place here:");
  expect(made.code).toBe(0);
  const nobody = run("import-cal-com", "--host", "nobody@x.example", file);
  expect([nobody.code, nobody.said]).toEqual([1, expect.stringContaining("neither a schedule")]);
  const unknown = run("import-calendly", "--host", "nobody@x.example", file);
  expect([unknown.code, unknown.said]).toEqual([1, expect.stringContaining("Nobody here has")]);
});
