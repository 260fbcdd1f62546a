// Bookings as events at Google: made once whatever happens, changed without loss, and nobody told but by us.
import { describe, expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { refusal } from "../support/google-events.ts";
import { draft, googleHere, HOME, span } from "./support/google.ts";

const LATER = span("2026-12-02T13:00:00Z", "2026-12-02T13:30:00Z");
const MEET = { conference: "google_meet" } as const;

type Here = Awaited<ReturnType<typeof googleHere>>;
const writes = ({ google }: Here) => google.heard.filter(({ method }) => method !== "GET");

describe("an event that is made", () => {
  test("shows the draft, at the same instants, in the host's zone", async () => {
    await using here = await googleHere();
    const wanted = draft({
      location: "Room 5",
      description: "With Alan\n\nhttps://x.test/b?a=1&b=2",
    });
    const made = await here.provider.write(here.access, HOME, wanted, null);
    expect(made).toMatchObject({ during: wanted.during, meeting: null });
    const event = here.google.event(HOME, made.externalId);
    expect(event).toMatchObject({
      summary: wanted.summary,
      description: wanted.description,
      location: "Room 5",
      start: { dateTime: "2026-12-01T09:00:00Z", timeZone: "Europe/Berlin" },
      end: { dateTime: "2026-12-01T09:30:00Z", timeZone: "Europe/Berlin" },
      status: "confirmed",
      etag: made.etag,
    });
  });

  test("has an id that its key determines, of the letters that Google takes", async () => {
    await using here = await googleHere();
    const key = "01936F2E-0000-7ABC-8DEF-0123456789AB";
    const made = await here.provider.write(here.access, HOME, draft({ key }), null);
    expect(made.externalId).toBe("kalends01936f2e00007abc8def0123456789ab");
  });

  test("names no attendees, and asks Google to tell nobody", async () => {
    await using here = await googleHere();
    const wanted = draft(MEET);
    const made = await here.provider.write(here.access, HOME, wanted, null);
    await here.provider.write(here.access, HOME, { ...wanted, during: LATER }, made);
    await here.provider.remove(here.access, HOME, made.externalId);
    expect(writes(here).map(({ method }) => method)).toEqual(["POST", "PATCH", "DELETE"]);
    for (const { path, body } of writes(here)) {
      expect(path).toContain("sendUpdates=none");
      expect(body?.attendees).toBeUndefined();
    }
  });

  test("carries its booking where apps alone see it", async () => {
    await using here = await googleHere();
    const wanted = draft();
    const { externalId } = await here.provider.write(here.access, HOME, wanted, null);
    const { extendedProperties } = here.google.event(HOME, externalId);
    expect(extendedProperties).toMatchObject({ private: { kalendsBooking: wanted.bookingId } });
  });

  test("shows what guests wrote as they wrote it, and runs none of it", async () => {
    await using here = await googleHere();
    const description = `<a href="https://evil.test">Join</a> & "so on"`;
    const wanted = draft({ description });
    const { externalId } = await here.provider.write(here.access, HOME, wanted, null);
    expect(here.google.event(HOME, externalId)["description"]).toBe(
      `&lt;a href="https://evil.test"&gt;Join&lt;/a&gt; & "so on"`,
    );
  });

  test("is cut where Google has no room for more, never within a character", async () => {
    await using here = await googleHere();
    const wanted = draft({ description: `${"x".repeat(8190)}😀😀`, summary: "😀".repeat(600) });
    const { externalId } = await here.provider.write(here.access, HOME, wanted, null);
    const event = here.google.event(HOME, externalId);
    expect(event["description"]).toBe(`${"x".repeat(8190)}…`);
    expect(event["summary"]).toBe(`${"😀".repeat(511)}…`);
  });
});

describe("made again", () => {
  test("with the same key it is the same event, and nothing changes", async () => {
    await using here = await googleHere();
    const wanted = draft();
    const first = await here.provider.write(here.access, HOME, wanted, null);
    const second = await here.provider.write(here.access, HOME, wanted, null);
    expect(second).toEqual(first);
    expect(here.google.events(HOME).length).toBe(1);
    expect(writes(here).map(({ method }) => method)).toEqual(["POST", "POST"]);
  });

  test("after an answer that was lost, there is one event", async () => {
    await using here = await googleHere();
    const wanted = draft(MEET);
    here.google.next.push("taken, then cut");
    const lost = here.provider.write(here.access, HOME, wanted, null);
    await expect(lost).rejects.toMatchObject({ kind: "temporary" });
    const made = await here.provider.write(here.access, HOME, wanted, null);
    expect(here.google.events(HOME).map(({ id }) => id)).toEqual([made.externalId]);
    expect(made.meeting).toEqual({ state: "pending", url: null });
  });

  test("with another draft under its key, it shows that", async () => {
    await using here = await googleHere();
    const wanted = draft();
    await here.provider.write(here.access, HOME, wanted, null);
    const now = await here.provider.write(here.access, HOME, { ...wanted, during: LATER }, null);
    expect(here.google.event(HOME, now.externalId).start?.dateTime).toBe("2026-12-02T13:00:00Z");
    expect(now.during).toEqual(LATER);
  });

  test("after its host deleted it, it is put back", async () => {
    await using here = await googleHere();
    const wanted = draft();
    const made = await here.provider.write(here.access, HOME, wanted, null);
    here.google.deleteEvent(HOME, made.externalId);
    const back = await here.provider.write(here.access, HOME, wanted, null);
    expect(back.externalId).toBe(made.externalId);
    expect(here.google.events(HOME).map(({ status }) => status)).toEqual(["confirmed"]);
  });

  test("after its host moved it, it is put back where it was", async () => {
    await using here = await googleHere();
    const wanted = draft();
    const { externalId } = await here.provider.write(here.access, HOME, wanted, null);
    for (const start of [
      { dateTime: "2026-12-01T07:00:00Z" },
      { date: "2026-12-01", dateTime: null },
    ]) {
      const end = "date" in start ? { date: "2026-12-02", dateTime: null } : null;
      here.google.changeEvent(HOME, externalId, { start, ...(end && { end }) });
      const { etag } = here.google.event(HOME, externalId);
      await here.provider.write(here.access, HOME, wanted, { externalId, etag: `${etag}` });
      expect(here.google.event(HOME, externalId)).toMatchObject({
        start: { dateTime: "2026-12-01T09:00:00Z" },
        end: { dateTime: "2026-12-01T09:30:00Z" },
      });
      expect(here.google.event(HOME, externalId).start?.date).toBeUndefined();
    }
  });
});

describe("an event that is changed", () => {
  test("shows the draft, and keeps what its host has added", async () => {
    await using here = await googleHere();
    const wanted = draft({ location: "Room 5" });
    const made = await here.provider.write(here.access, HOME, wanted, null);
    here.google.changeEvent(HOME, made.externalId, {
      colorId: "11",
      attendees: [{ email: "colleague@example.com" }],
      extendedProperties: { private: { crm: "42" } },
    });
    const { etag } = here.google.event(HOME, made.externalId);
    const next = { ...wanted, during: LATER, location: null, summary: "Intro call: Grace" };
    const changed = await here.provider.write(here.access, HOME, next, {
      externalId: made.externalId,
      etag: `${etag}`,
    });
    const event = here.google.event(HOME, made.externalId);
    expect(event).toMatchObject({
      start: { dateTime: "2026-12-02T13:00:00Z" },
      summary: "Intro call: Grace",
      colorId: "11",
      attendees: [{ email: "colleague@example.com" }],
      extendedProperties: { private: { crm: "42", kalendsBooking: wanted.bookingId } },
      etag: changed.etag,
    });
    expect(event["location"]).toBeUndefined();
  });

  test("again, though its answer was lost, is as it was: not somebody else's change", async () => {
    await using here = await googleHere();
    const wanted = draft();
    const made = await here.provider.write(here.access, HOME, wanted, null);
    const next = { ...wanted, during: LATER };
    here.google.next.push({ status: 200, body: here.google.event(HOME, made.externalId) });
    here.google.next.push("taken, then cut");
    const lost = here.provider.write(here.access, HOME, next, made);
    await expect(lost).rejects.toMatchObject({ kind: "temporary" });
    const changed = await here.provider.write(here.access, HOME, next, made);
    expect(changed.during).toEqual(LATER);
    expect(writes(here).map(({ method }) => method)).toEqual(["POST", "PATCH"]);
  });

  test("by its host since we last saw it, is not written over", async () => {
    await using here = await googleHere();
    const wanted = draft();
    const made = await here.provider.write(here.access, HOME, wanted, null);
    here.google.changeEvent(HOME, made.externalId, { summary: "Mine" });
    const over = here.provider.write(here.access, HOME, { ...wanted, during: LATER }, made);
    await expect(over).rejects.toMatchObject({ kind: "changed" });
    expect(here.google.event(HOME, made.externalId)["summary"]).toBe("Mine");
  });

  test("by its host in the very moment, is not written over either", async () => {
    await using here = await googleHere();
    const wanted = draft();
    const made = await here.provider.write(here.access, HOME, wanted, null);
    const seen = here.google.event(HOME, made.externalId);
    here.google.changeEvent(HOME, made.externalId, { summary: "Mine" });
    here.google.next.push({ status: 200, body: seen });
    const over = here.provider.write(here.access, HOME, { ...wanted, during: LATER }, made);
    await expect(over).rejects.toMatchObject({ kind: "changed" });
    expect(writes(here).at(-1)?.headers["if-match"]).toBe(`${seen["etag"]}`);
  });

  test("is not found once its host deleted it, and when Google has forgotten it", async () => {
    await using here = await googleHere();
    const wanted = draft();
    const made = await here.provider.write(here.access, HOME, wanted, null);
    const change = () => here.provider.write(here.access, HOME, wanted, made);
    here.google.deleteEvent(HOME, made.externalId);
    await expect(change()).rejects.toMatchObject({ kind: "not_found" });
    here.google.purge(HOME, made.externalId);
    await expect(change()).rejects.toMatchObject({ kind: "not_found" });
  });
});

describe("a meeting", () => {
  test("is asked for with the event, and is pending until Google has made it", async () => {
    await using here = await googleHere();
    const made = await here.provider.write(here.access, HOME, draft(MEET), null);
    expect(made.meeting).toEqual({ state: "pending", url: null });
    const look = async () =>
      (await here.provider.read(here.access, HOME, made.externalId))?.meeting;
    expect(await look()).toEqual({ state: "pending", url: null });
    here.google.settleMeetings("success");
    expect(await look()).toEqual({
      state: "ready",
      url: expect.stringMatching(/^https:\/\/meet\.google\.com\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/),
    });
  });

  test("is not asked for where none is wanted", async () => {
    await using here = await googleHere();
    here.google.state.meetings = "success";
    const wanted = draft();
    const made = await here.provider.write(here.access, HOME, wanted, null);
    await here.provider.write(here.access, HOME, { ...wanted, during: LATER }, made);
    expect(made.meeting).toBeNull();
    for (const { path, body } of writes(here)) {
      expect(path).not.toContain("conferenceDataVersion");
      expect(body.conferenceData).toBeUndefined();
    }
  });

  test("stays the same one when the event is changed, whether or not the draft names it", async () => {
    await using here = await googleHere();
    here.google.state.meetings = "success";
    const wanted = draft(MEET);
    const made = await here.provider.write(here.access, HOME, wanted, null);
    const url = made.meeting?.url;
    expect(url).toStartWith("https://meet.google.com/");
    const moved = await here.provider.write(here.access, HOME, { ...wanted, during: LATER }, made);
    expect(moved.meeting).toEqual({ state: "ready", url: url! });
    const without = { ...wanted, conference: null };
    const again = await here.provider.write(here.access, HOME, without, moved);
    expect(again.meeting).toEqual({ state: "ready", url: url! });
    expect(here.google.event(HOME, made.externalId)["conferenceData"]).toBeDefined();
  });

  test("that is pending is not asked for a second time", async () => {
    await using here = await googleHere();
    const wanted = draft(MEET);
    const made = await here.provider.write(here.access, HOME, wanted, null);
    await here.provider.write(here.access, HOME, { ...wanted, during: LATER }, made);
    expect(writes(here).at(-1)?.body.conferenceData).toBeUndefined();
    here.google.settleMeetings("success");
    expect((await here.provider.read(here.access, HOME, made.externalId))?.meeting?.state).toBe(
      "ready",
    );
  });

  test("is made for an event that had none", async () => {
    await using here = await googleHere();
    const wanted = draft();
    const made = await here.provider.write(here.access, HOME, wanted, null);
    here.google.state.meetings = "success";
    const met = await here.provider.write(here.access, HOME, { ...wanted, ...MEET }, made);
    expect(met.meeting?.state).toBe("ready");
  });

  test("that failed is told, and asked for anew with the next change", async () => {
    await using here = await googleHere();
    here.google.state.meetings = "failure";
    const wanted = draft(MEET);
    const made = await here.provider.write(here.access, HOME, wanted, null);
    expect(made.meeting).toEqual({ state: "failed", url: null });
    here.google.state.meetings = "success";
    const moved = await here.provider.write(here.access, HOME, { ...wanted, during: LATER }, made);
    expect(moved.meeting?.state).toBe("ready");
  });

  test("that the calendar cannot have keeps no event away", async () => {
    await using here = await googleHere();
    here.google.addCalendar(HOME, { conferenceProperties: {} });
    const wanted = draft(MEET);
    const made = await here.provider.write(here.access, HOME, wanted, null);
    expect(made.meeting).toEqual({ state: "failed", url: null });
    const moved = await here.provider.write(here.access, HOME, { ...wanted, during: LATER }, made);
    expect(moved).toMatchObject({ during: LATER, meeting: { state: "failed" } });
    expect(here.google.events(HOME).length).toBe(1);
  });

  test("is joined by no address but a https one", async () => {
    await using here = await googleHere();
    const made = await here.provider.write(here.access, HOME, draft(MEET), null);
    const entryPoints = [{ entryPointType: "video", uri: "javascript:alert(1)" }];
    here.google.changeEvent(HOME, made.externalId, {
      conferenceData: { entryPoints, createRequest: { status: { statusCode: "success" } } },
    });
    const event = await here.provider.read(here.access, HOME, made.externalId);
    expect(event?.meeting).toEqual({ state: "failed", url: null });
  });
});

describe("an event that is read or taken away", () => {
  test("is read as it stands, moved to a whole day too", async () => {
    await using here = await googleHere();
    const made = await here.provider.write(here.access, HOME, draft(), null);
    const look = () => here.provider.read(here.access, HOME, made.externalId);
    expect(await look()).toEqual(made);
    here.google.changeEvent(HOME, made.externalId, {
      start: { date: "2026-12-05", dateTime: null },
      end: { date: "2026-12-06", dateTime: null },
    });
    expect((await look())?.during).toEqual(span("2026-12-04T23:00:00Z", "2026-12-05T23:00:00Z"));
  });

  test("that is cancelled or gone is none", async () => {
    await using here = await googleHere();
    const { externalId } = await here.provider.write(here.access, HOME, draft(), null);
    here.google.deleteEvent(HOME, externalId);
    expect(await here.provider.read(here.access, HOME, externalId)).toBeNull();
    here.google.purge(HOME, externalId);
    expect(await here.provider.read(here.access, HOME, externalId)).toBeNull();
  });

  test("is taken away, and again, and when it never was", async () => {
    await using here = await googleHere();
    const { externalId } = await here.provider.write(here.access, HOME, draft(), null);
    for (const id of [externalId, externalId, `kalends${newId().replaceAll("-", "")}`])
      await here.provider.remove(here.access, HOME, id);
    expect(here.google.events(HOME)).toEqual([]);
  });

  test("is not taken for gone when Google could not say", async () => {
    await using here = await googleHere();
    here.google.next.push(refusal(503, "backendError"), refusal(403, "forbidden"));
    const read = () => here.provider.read(here.access, HOME, "kalends00");
    await expect(read()).rejects.toMatchObject({ kind: "temporary" });
    const remove = here.provider.remove(here.access, HOME, "kalends00");
    await expect(remove).rejects.toMatchObject({ kind: "forbidden" });
  });
});
