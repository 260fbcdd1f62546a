import { describe, expect, test } from "bun:test";
import { makeMicrosoft } from "../../src/calendars/microsoft.ts";
import type { EventDraft } from "../../src/calendars/provider.ts";
import { parseConfig } from "../../src/config.ts";
import { NOW } from "../support/world.ts";
import { type Account, busyIn, failureOf, openAccount, WINDOW } from "./microsoft-world.ts";

const KEY = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001";
const at = (time: string) => Temporal.Instant.from(`2026-11-24T${time}:00Z`);
const DRAFT: EventDraft = {
  key: KEY,
  bookingId: KEY,
  summary: "Ada & Bob",
  description: "With Bob.\nhttps://kalends.test/b/1?token=<x>",
  location: "Room 1",
  during: { start: at("09:00"), end: at("09:30") },
  timeZone: "America/Vancouver",
  conference: null,
};
const TEAMS: EventDraft = { ...DRAFT, conference: "microsoft_teams" };
const LATER = { start: at("15:00"), end: at("15:30") };

const write = (
  { provider, access, calendar }: Account,
  draft: EventDraft,
  known: { externalId: string; etag: string | null } | null = null,
) => provider.write(access, calendar, draft, known);
const live = ({ graph }: Account) => graph.events.filter(({ isDeleted }) => !isDeleted);

describe("an event that is made", () => {
  test("shows what the draft says, to the instant, and invites nobody", async () => {
    const account = await openAccount();
    const made = await write(account, DRAFT);
    expect(made).toEqual({
      externalId: expect.stringMatching(/^AAkALg-/),
      etag: expect.stringMatching(/^W\/"/),
      during: DRAFT.during,
      meeting: null,
    });
    expect(live(account)).toMatchObject([
      {
        subject: "Ada & Bob",
        body: DRAFT.description,
        location: "Room 1",
        start: "2026-11-24T09:00:00Z",
        end: "2026-11-24T09:30:00Z",
        showAs: "busy",
      },
    ]);
    const [{ body } = { body: {} }] = account.graph.heard;
    expect(body).not.toHaveProperty("attendees");
    expect(body).toMatchObject({ responseRequested: false, allowNewTimeProposals: false });
    // Whose tables would the wall time be read by?
    expect(body.start).toEqual({ dateTime: "2026-11-24T09:00:00", timeZone: "UTC" });
    expect(account.graph.invited).toEqual([]);
  });

  test("is told as ours by a run of changes", async () => {
    const account = await openAccount();
    const { cursor } = await account.changes();
    const { externalId } = await write(account, DRAFT);
    account.graph.addEvent(account.calendar, {
      start: "2026-11-24T11:00:00Z",
      end: "2026-11-24T12:00:00Z",
    });
    const { resources } = await account.changes(cursor);
    expect(resources.map(({ isOurs, externalId }) => [isOurs, externalId])).toEqual([
      [true, externalId],
      [false, expect.any(String)],
    ]);
  });

  test("is told as anybody's by another installation, and where its id is made up", async () => {
    const account = await openAccount();
    const { cursor } = await account.changes();
    const { externalId } = await write(account, DRAFT);
    const ours = async (cursor: string) =>
      (await account.changes(cursor)).resources.map(({ isOurs }) => isOurs);
    expect(await ours(cursor)).toEqual([true]);
    const [event] = live(account);
    const good = event!.transactionId!;
    for (const transactionId of [
      good.replace(KEY, KEY.replace("0001", "0002")),
      `kalends:${KEY}`,
      "kalends:",
      good.slice(0, -1),
      `${good}x`,
    ]) {
      account.graph.change(externalId, { transactionId });
      expect(await ours(cursor)).toEqual([false]);
    }
    account.graph.change(externalId, { transactionId: good });
    expect(await ours(cursor)).toEqual([true]);
    const config = parseConfig({
      NODE_ENV: "test",
      DATABASE_URL: "postgres://nowhere",
      JWT_SECRET: "another secret that is long enough too",
      ...account.graph.env,
    });
    const other = makeMicrosoft({ config, now: () => NOW });
    const from = { calendar: account.calendar, cursor: null, window: WINDOW };
    const pages = await Array.fromAsync(other.changes(account.access, from));
    expect(pages.flatMap(({ resources }) => resources)).toMatchObject([{ isOurs: false }]);
    expect(busyIn(pages.flatMap(({ resources }) => resources))).toHaveLength(1);
  });

  test("is one, however often it is asked for", async () => {
    const account = await openAccount();
    const first = await write(account, DRAFT);
    expect(await write(account, DRAFT)).toEqual(first);
    expect(live(account)).toHaveLength(1);
  });

  test("is one where the answer to the first request was lost", async () => {
    const account = await openAccount();
    account.graph.next.push("done, then cut");
    expect(await failureOf(write(account, DRAFT))).toMatchObject({ kind: "temporary" });
    await write(account, DRAFT);
    expect(live(account)).toHaveLength(1);
  });

  test("is one where the booking was moved before the answer that was lost came again", async () => {
    const account = await openAccount();
    account.graph.next.push("done, then cut");
    await failureOf(write(account, DRAFT));
    const moved = await write(account, { ...DRAFT, during: LATER, summary: "Moved" });
    expect(moved.during).toEqual(LATER);
    expect(live(account)).toMatchObject([{ subject: "Moved", start: "2026-11-24T15:00:00Z" }]);
  });

  test.each([true, false])(
    "is put back where it was deleted, and once; Graph remembers its id: %p",
    async (remembersDeleted) => {
      const account = await openAccount();
      account.graph.settings.remembersDeleted = remembersDeleted;
      const first = await write(account, DRAFT);
      account.graph.remove(first.externalId);
      const second = await write(account, DRAFT);
      expect(second.externalId).not.toBe(first.externalId);
      expect((await write(account, DRAFT)).externalId).toBe(second.externalId);
      expect(live(account)).toHaveLength(1);
      account.graph.remove(second.externalId);
      await write(account, { ...DRAFT, during: LATER });
      expect(live(account)).toMatchObject([{ start: "2026-11-24T15:00:00Z" }]);
    },
  );

  test("is refused in the end where each of its lives was deleted", async () => {
    const account = await openAccount();
    account.graph.settings.remembersDeleted = true;
    for (let i = 0; i < 5; i += 1) account.graph.remove((await write(account, DRAFT)).externalId);
    expect(await failureOf(write(account, DRAFT))).toMatchObject({ kind: "refused" });
    expect(live(account)).toEqual([]);
  });

  test("is another one for another key", async () => {
    const account = await openAccount();
    await write(account, DRAFT);
    await write(account, { ...DRAFT, key: KEY.replace("0001", "0002") });
    expect(live(account)).toHaveLength(2);
  });

  test("is another one in another calendar, though Graph looks through the whole mailbox", async () => {
    const account = await openAccount();
    const first = await write(account, DRAFT);
    const other = account.graph.addCalendar();
    const second = await account.provider.write(account.access, other, DRAFT, null);
    expect(second.externalId).not.toBe(first.externalId);
    expect(live(account).map(({ calendar }) => calendar)).toEqual([account.calendar, other]);
  });

  test("is forbidden in a calendar that may only be read", async () => {
    const account = await openAccount();
    account.graph.calendars[0]!.canEdit = false;
    expect(await failureOf(write(account, DRAFT))).toMatchObject({ kind: "forbidden" });
  });
});

describe("a Teams meeting", () => {
  test("is made where the calendar can have one, and its link comes with it", async () => {
    const account = await openAccount();
    const { meeting } = await write(account, TEAMS);
    expect(meeting).toEqual({ state: "ready", url: expect.stringMatching(/^https:\/\/teams\./) });
    expect(account.graph.heard[0]?.body).toMatchObject({
      isOnlineMeeting: true,
      onlineMeetingProvider: "teamsForBusiness",
    });
  });

  test("is not asked for where the draft wants none", async () => {
    const account = await openAccount();
    await write(account, { ...DRAFT, conference: "google_meet" });
    expect(account.graph.heard[0]?.body).not.toHaveProperty("isOnlineMeeting");
  });

  test("has failed where the account has no Teams", async () => {
    const account = await openAccount();
    account.graph.calendars[0]!.allowedOnlineMeetingProviders = [];
    expect((await write(account, TEAMS)).meeting).toEqual({ state: "failed", url: null });
  });

  test("is pending until its link is there", async () => {
    const account = await openAccount();
    const { provider, access, calendar, graph } = account;
    graph.settings.teamsIsSlow = true;
    const { externalId, meeting } = await write(account, TEAMS);
    expect(meeting).toEqual({ state: "pending", url: null });
    graph.change(externalId, { joinUrl: "https://teams.microsoft.com/1" });
    expect((await provider.read(access, calendar, externalId))?.meeting).toEqual({
      state: "ready",
      url: "https://teams.microsoft.com/1",
    });
  });

  test("stays when its event is moved and its text changes", async () => {
    const account = await openAccount();
    const made = await write(account, TEAMS);
    const moved = await write(
      account,
      { ...TEAMS, during: LATER, description: "New text\n<b>&" },
      made,
    );
    expect(moved.meeting).toEqual(made.meeting);
    const [{ body } = { body: "" }] = live(account);
    expect(body).toContain("New text<br>&lt;b&gt;&amp;<br>");
    expect(body).not.toContain("With Bob");
    expect(body).toContain("Join the meeting now");
  });

  test("stays where Teams' part of the text is not to be found", async () => {
    const account = await openAccount();
    const made = await write(account, TEAMS);
    account.graph.change(made.externalId, { body: "the host's own words" });
    const { etag } = (await account.provider.read(
      account.access,
      account.calendar,
      made.externalId,
    ))!;
    const moved = await write(account, { ...TEAMS, during: LATER }, { ...made, etag });
    expect(moved.meeting?.state).toBe("ready");
    expect(live(account)).toMatchObject([
      { body: "the host's own words", start: "2026-11-24T15:00:00Z" },
    ]);
  });

  test("comes to an event that had none", async () => {
    const account = await openAccount();
    const made = await write(account, DRAFT);
    expect((await write(account, TEAMS, made)).meeting?.state).toBe("ready");
  });
});

describe("an event that is changed", () => {
  test("shows the new draft under its old id", async () => {
    const account = await openAccount();
    const made = await write(account, DRAFT);
    const draft = { ...DRAFT, during: LATER, summary: "Moved", location: null, description: "New" };
    const moved = await write(account, draft, made);
    expect(moved).toMatchObject({ externalId: made.externalId, during: LATER });
    expect(moved.etag).not.toBe(made.etag);
    expect(live(account)).toMatchObject([
      { subject: "Moved", location: "", body: "New", start: "2026-11-24T15:00:00Z" },
    ]);
    expect(account.graph.heard.at(-1)).toMatchObject({ method: "PATCH", ifMatch: made.etag });
    expect(account.graph.heard.at(-1)?.body).not.toHaveProperty("attendees");
  });

  test("is not overwritten where its host changed it meanwhile", async () => {
    const account = await openAccount();
    const made = await write(account, DRAFT);
    account.graph.change(made.externalId, {
      start: "2026-11-24T17:00:00Z",
      end: "2026-11-24T18:00:00Z",
    });
    const failure = await failureOf(write(account, { ...DRAFT, during: LATER }, made));
    expect(failure.kind).toBe("changed");
    expect(live(account)).toMatchObject([{ start: "2026-11-24T17:00:00Z" }]);
  });

  test("has changed as we wanted where only the answer was lost", async () => {
    const account = await openAccount();
    const made = await write(account, DRAFT);
    account.graph.next.push("well", "done, then cut");
    const draft = { ...DRAFT, during: LATER };
    expect(await failureOf(write(account, draft, made))).toMatchObject({ kind: "temporary" });
    expect(await write(account, draft, made)).toMatchObject({
      externalId: made.externalId,
      during: LATER,
    });
  });

  test.each([
    ["moved", { start: "2026-11-24T17:00:00Z" }],
    ["renamed", { subject: "Mine" }],
    ["placed elsewhere", { location: "Room 2" }],
  ])("but not where the host has %s it since", async (_what, change) => {
    const account = await openAccount();
    const made = await write(account, DRAFT);
    const draft = { ...DRAFT, during: LATER };
    await write(account, draft, made);
    account.graph.change(made.externalId, change);
    expect(await failureOf(write(account, draft, made))).toMatchObject({ kind: "changed" });
  });

  test("nor where another text was wanted", async () => {
    const account = await openAccount();
    const made = await write(account, DRAFT);
    account.graph.change(made.externalId, {});
    const failure = await failureOf(write(account, { ...DRAFT, description: "New" }, made));
    expect(failure.kind).toBe("changed");
  });

  test("is not found where it is gone", async () => {
    const account = await openAccount();
    const made = await write(account, DRAFT);
    account.graph.remove(made.externalId);
    expect(await failureOf(write(account, DRAFT, made))).toMatchObject({ kind: "not_found" });
  });

  test("without an etag is changed whatever it shows", async () => {
    const account = await openAccount();
    const made = await write(account, DRAFT);
    account.graph.change(made.externalId, { subject: "Mine" });
    await write(account, DRAFT, { externalId: made.externalId, etag: null });
    expect(live(account)).toMatchObject([{ subject: "Ada & Bob" }]);
  });
});

describe("an event", () => {
  test("is read as it stands, and null where it is gone or cancelled", async () => {
    const account = await openAccount();
    const { provider, access, calendar, graph } = account;
    const { externalId } = await write(account, DRAFT);
    graph.change(externalId, { start: "2026-11-24T17:00:00Z", end: "2026-11-24T18:00:00Z" });
    expect(await provider.read(access, calendar, externalId)).toMatchObject({
      externalId,
      during: { start: at("17:00"), end: at("18:00") },
    });
    graph.change(externalId, { isCancelled: true });
    expect(await provider.read(access, calendar, externalId)).toBeNull();
    graph.remove(externalId);
    expect(await provider.read(access, calendar, externalId)).toBeNull();
    expect(await provider.read(access, calendar, "never was")).toBeNull();
  });

  test("is taken away, and that it was is no failure", async () => {
    const account = await openAccount();
    const { provider, access, calendar } = account;
    const { externalId } = await write(account, DRAFT);
    await provider.remove(access, calendar, externalId);
    expect(live(account)).toEqual([]);
    await provider.remove(access, calendar, externalId);
    expect(busyIn((await account.changes()).resources)).toEqual([]);
  });
});
