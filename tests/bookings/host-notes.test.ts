import { expect, test } from "bun:test";
import { browser } from "../pages/browser.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { testWorld } from "../support/world.ts";
import { asked, askFor, hostOf, mailsOf } from "./support/asked.ts";
import { tokenOf } from "./support/guest.ts";

const world = await testWorld();
const SECRET = "Owes us money";
const OLDER = "Was rude on the phone";

test("hosts read their notes, whatever the booking's state; what was is kept", async () => {
  const { by } = await asked(world);
  expect((await by.get()).body.hostNotes).toBeNull();
  const { status, body, headers } = await by.notes({ hostNotes: ` ${OLDER} ` });
  expect([status, body.hostNotes, body.version, body.sequence]).toEqual([200, OLDER, 2, 0]);
  expect(headers.get("etag")).toBe('"v2"');
  expect((await by.notes({ hostNotes: OLDER })).body.version).toBe(2);
  await by.decline();
  await by.notes({ hostNotes: SECRET });
  const seen = (await by.get()).body;
  expect(seen.history.at(-1)).toMatchObject({ event: "edited", was: { hostNotes: OLDER } });
  expect((await by.notes({ hostNotes: null })).body.hostNotes).toBeNull();
  expect((await by.notes({ hostNotes: "x".repeat(10_001) })).status).toBe(422);
  expect((await by.notes({ hostNotes: "x", version: 1 })).body.code).toBe("version_conflict");
});

test("no guest ever sees them: no answer, no mail, no calendar file, no page", async () => {
  const { by, guest, made, id, api, type } = await asked(world);
  const token = tokenOf(made);
  const headers = { "x-booking-token": token };
  const web = browser(world);
  await by.notes({ hostNotes: OLDER });
  await by.notes({ hostNotes: SECRET });
  const seen: string[] = [];
  const look = async () => {
    for (const end of ["", "/cancel", "/reschedule", "/reschedule?start=2026-11-24T09:00:00Z"]) {
      const sign = end.includes("?") ? "&" : "?";
      seen.push((await web.get(`/b/${id}${end}${sign}token=${token}`)).html);
    }
    seen.push((await guest.get()).text);
    seen.push((await api("GET", `/bookings/${id}/calendar.ics`, { headers })).text);
    seen.push(JSON.stringify(await mailsOf(world, id)));
    seen.push((await guest.cancel({ version: 99 })).text);
  };
  await look();
  await by.confirm();
  await look();
  seen.push((await guest.move("2026-11-24T09:00:00Z")).text);
  await look();
  seen.push((await guest.cancel({ reason: "Ill" })).text);
  await look();
  await by.restore();
  await look();
  seen.push((await web.get(`/${type.slug}`)).html);
  expect(seen.length).toBeGreaterThan(40);
  for (const text of seen) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(OLDER);
    expect(text).not.toContain("hostNotes");
  }
  // Of a change that he may not read a guest is not told either.
  const events = (await guest.get()).body.history.map(({ event }: { event: string }) => event);
  expect(events.join()).toBe("booked,confirmed,rescheduled,cancelled,restored");
});

test("nor does whoever only manages the type, when he hands the meeting over", async () => {
  const [owner, one, two] = [await makeHost(world), await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, owner, {
    groups: [{ hosts: [one, two], required: 1 }],
  });
  const { by, id } = await askFor(world, one, type);
  await by.notes({ hostNotes: OLDER });
  await by.notes({ hostNotes: SECRET });
  const manager = hostOf(world, owner, id);
  const answers = [
    await manager.reassign({ version: 1 }),
    await manager.reassign({ hostId: two.id }),
    await manager.reassign({ hostId: one.id }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([409, 200, 200]);
  for (const { text } of answers) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(OLDER);
  }
  expect((await by.get()).body.hostNotes).toBe(SECRET);
});
