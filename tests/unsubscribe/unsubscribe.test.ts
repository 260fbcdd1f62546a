// Stopping mails by the link of one of them: with one click, and for good.
import { describe, expect, test } from "bun:test";
import { createApp } from "../../src/app.ts";
import { edge } from "../../src/http/edge.ts";
import type { Email } from "../../src/messages/email/provider.ts";
import { outcomesOf, sendingWorld } from "../notifications/support/sending.ts";
import { browser, wordsOf } from "../pages/browser.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client } from "../support/world.ts";

const NOW = "2026-11-22T10:00:00Z";
const MONDAY_10 = "2026-11-23T10:00:00Z";
const TUESDAY_10 = "2026-11-24T10:00:00Z";

const world = await sendingWorld();
const api = client(world);
const web = browser(world);
const handle = edge(world, createApp(world).fetch);

let guests = 0;

/** A host whose guests are reminded an hour before, and a guest of his own. */
async function setUp(given: { locale?: string; name?: string; hostName?: string } = {}) {
  world.setNow(NOW);
  const host = await makeHost(world, given.hostName ? { name: given.hostName } : {});
  const type = await makeMeetingType(world, host, {
    reminders: [{ minutesBefore: 60, channel: "email", to: "both" }],
  });
  guests += 1;
  const email = `grace-${guests}@example.com`;
  const meet = async (start: string, at: { id: string } = type, address = email) => {
    const made = await book(api, at, start, {
      guest: { email: address, locale: given.locale ?? "en", name: given.name ?? "Grace Hopper" },
    });
    expect(made.status).toBe(201);
    return made.body.booking.id as string;
  };
  return { host, type, email, meet };
}

/** What reaches an address when the worker works at that time. */
async function mailsAt(now: string, address: string): Promise<Email[]> {
  world.setNow(now);
  return (await world.work()).filter(({ to }) => to.email.toLowerCase() === address.toLowerCase());
}

const linkOf = (mail: Email | undefined): string =>
  /^<(.+)>$/.exec(mail?.headers?.["List-Unsubscribe"] ?? "")?.[1] ?? "none";

/** As a mail program does it: a form, no cookie, and nobody looks. */
const click = (url: string, body: FormData | URLSearchParams = ONE_CLICK) =>
  handle(new Request(url, { method: "POST", body }), "192.0.2.9");
const ONE_CLICK = new URLSearchParams({ "List-Unsubscribe": "One-Click" });

const path = (url: string) => new URL(url).pathname;

/** The link of a guest's first reminder. */
async function reminded(given: Parameters<typeof setUp>[0] = {}) {
  const one = await setUp(given);
  const first = await one.meet(MONDAY_10);
  await world.work();
  const [reminder] = await mailsAt("2026-11-23T09:00:00Z", one.email);
  return { ...one, first, reminder, url: linkOf(reminder) };
}

describe("List-Unsubscribe", () => {
  test("goes with a guest's reminders, and with no mail that his booking needs", async () => {
    const { email, first, reminder, url, host } = await reminded();
    expect(reminder?.headers).toEqual({
      "List-Unsubscribe": `<${url}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    });
    expect(url).toStartWith("http://kalends.test/unsubscribe/");
    for (const part of [reminder?.text, reminder?.html]) expect(part).toContain(url);
    await api("DELETE", `/bookings/${first}`, { token: host.token });
    const [cancelled] = await mailsAt("2026-11-23T09:00:01Z", email);
    expect(cancelled?.subject).toStartWith("Cancelled");
    expect(cancelled?.headers).toBeUndefined();
    for (const part of [cancelled?.text, cancelled?.html])
      expect(part).not.toContain("unsubscribe");
  });

  test("goes with a host's mails, but not with those that he must have", async () => {
    const { host, type, meet } = await setUp();
    await world.db.run(
      "update outbox set done_at = now(), outcome = 'done' where done_at is null",
      [],
    );
    const to = async () => (await mailsAt(NOW, host.email))[0];
    await meet(MONDAY_10);
    const booked = await to();
    expect(booked?.subject).toStartWith("New booking");
    expect(booked?.headers?.["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
    await world.db.run("update meeting_types set requires_confirmation = true where id = $1", [
      type.id,
    ]);
    await meet(TUESDAY_10);
    const asked = await to();
    expect(asked?.subject).toStartWith("Please answer");
    expect(asked?.headers).toBeUndefined();
    await api("PATCH", "/users/me", { token: host.token, body: { email: `new-${host.email}` } });
    const [verification] = await mailsAt(NOW, `new-${host.email}`);
    expect(verification?.headers).toBeUndefined();
  });
});

describe("one click", () => {
  test.each(["form", "multipart", "api", "api without a body"])(
    "stops a guest's reminders at once, by %s",
    async (how) => {
      const { email, meet, url } = await reminded();
      const multipart = new FormData();
      multipart.set("List-Unsubscribe", "One-Click");
      const apiUrl = url.replace("/unsubscribe/", "/api/v1/unsubscribe/");
      const answer =
        how === "form"
          ? await click(url)
          : how === "multipart"
            ? await click(url, multipart)
            : how === "api"
              ? await click(apiUrl)
              : await handle(new Request(apiUrl, { method: "POST" }), "192.0.2.9");
      expect(answer.status).toBe(200);
      expect(answer.headers.get("location")).toBeNull();
      expect(answer.headers.get("set-cookie")).toBeNull();

      const next = await meet(TUESDAY_10, undefined, email.toUpperCase());
      const [confirmed] = await mailsAt("2026-11-23T09:00:01Z", email);
      expect(confirmed?.subject).toStartWith("Confirmed");
      expect(await mailsAt("2026-11-24T09:00:00Z", email)).toEqual([]);
      expect(await outcomesOf(world, next)).toContain("BOOKING_REMINDER unwanted");
      expect((await click(url)).status).toBe(200);
    },
  );

  test("stops those of one host, to one address", async () => {
    const { type, email, meet, url } = await reminded();
    const other = await setUp();
    await click(url);
    world.setNow("2026-11-23T09:00:00Z");
    await meet(TUESDAY_10);
    await other.meet(TUESDAY_10, other.type, email);
    await other.meet("2026-11-24T10:30:00Z", type, other.email);
    await world.work();
    world.setNow("2026-11-24T09:30:00Z");
    const reminders = (await world.work()).filter(({ subject }) => subject.startsWith("Reminder"));
    expect(reminders.filter(({ to }) => to.email === email).length).toBe(1);
    expect(reminders.filter(({ to }) => to.email === other.email).length).toBe(1);
  });

  test("stops a host's mails of that kind, and nothing else of it", async () => {
    const { host, meet } = await setUp();
    await meet(MONDAY_10);
    const [booked] = await mailsAt(NOW, host.email);
    const answers = await Promise.all([1, 2, 3].map(() => click(linkOf(booked))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const me = await api("GET", "/users/me", { token: host.token });
    expect(me.body.notificationPreferences).toEqual({ BOOKING_CONFIRMED: { email: false } });
    const second = await meet(TUESDAY_10);
    expect(await mailsAt(NOW, host.email)).toEqual([]);
    const unread = await api("GET", "/notifications/count", { token: host.token });
    expect(unread.body).toEqual({ unread: 2 });
    await api("DELETE", `/bookings/${second}`, { token: host.token });
    expect((await mailsAt(NOW, host.email))[0]?.subject).toStartWith("Cancelled");
  });
});

describe("the page", () => {
  const isStopped = async ({ id }: Host): Promise<boolean> =>
    (await world.db.run("select from opt_outs where host_id = $1", [id])).length > 0;

  test("changes nothing when it is opened, by whatever follows links", async () => {
    const { host, url, email } = await reminded();
    for (const method of ["GET", "HEAD"]) {
      const answer = await handle(new Request(url, { method }), "192.0.2.9");
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    }
    const api = url.replace("/unsubscribe/", "/api/v1/unsubscribe/");
    expect((await handle(new Request(api), "192.0.2.9")).status).toBe(405);
    expect(await isStopped(host)).toBe(false);
    const page = wordsOf(await web.get(path(url)));
    expect(page).toContain("Get no more of these mails?");
    expect(page).toContain(`Reminders of meetings with Ada Lovelace To ${email}`);
  });

  test("stops the mails by its button, and has them sent again by the other", async () => {
    const { host, url, email, meet } = await reminded();
    const stopped = await web.post(path(url), { mails: "stop" });
    expect([stopped.status, stopped.location]).toEqual([200, null]);
    expect(wordsOf(stopped)).toContain("You get no more of these mails");
    expect(wordsOf(await web.get(path(url)))).toContain("Send them again");
    expect(await isStopped(host)).toBe(true);
    const again = await web.post(path(url), { mails: "send" });
    expect(wordsOf(again)).toContain("Get no more of these mails?");
    expect(await isStopped(host)).toBe(false);
    await meet(TUESDAY_10);
    await world.work();
    expect(await mailsAt("2026-11-24T09:00:00Z", email)).toHaveLength(1);
  });

  test("serves a host as well", async () => {
    const { host, meet } = await setUp();
    await meet(MONDAY_10);
    const [booked] = await mailsAt(NOW, host.email);
    const at = path(linkOf(booked));
    expect(wordsOf(await web.get(at))).toContain(`New bookings To ${host.email}`);
    await web.post(at, { mails: "stop" });
    await web.post(at, { mails: "send" });
    const me = await api("GET", "/users/me", { token: host.token });
    expect(me.body.notificationPreferences).toEqual({ BOOKING_CONFIRMED: { email: true } });
  });

  test("speaks the reader's language, and shows names as text", async () => {
    const { url } = await reminded({ locale: "de", hostName: "<b>Ada</b>" });
    const page = await web.get(path(url));
    expect(page.html).toContain('<html lang="de">');
    expect(wordsOf(page)).toContain("Diese E‑Mails nicht mehr bekommen?");
    expect(page.html).toContain("Erinnerungen an Termine mit &lt;b&gt;Ada&lt;/b&gt;");
  });
});

test("a link that is wrong, of another purpose or of nobody stops nothing", async () => {
  const { url, meet, email, host } = await reminded();
  const token = path(url).split("/").at(-1)!;
  const manage = new URL((await bookedLinks(meet, email)).cancelUrl).searchParams.get("token")!;
  const flipped = `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`;
  const [id, , mac] = token.split(".");
  const wrongs = [flipped, manage, "x", "%00", "a".repeat(300), `${id}.zz.${mac}`, `..${mac}`];
  for (const wrong of wrongs) {
    const page = await web.post(`/unsubscribe/${wrong}`, { mails: "stop" });
    expect(page.status).toBe(404);
    expect((await web.get(`/unsubscribe/${wrong}`)).status).toBe(404);
    const answer = await api("POST", `/unsubscribe/${wrong}`);
    expect([404, 422]).toContain(answer.status);
  }
  // The guest is gone, and his link with him.
  await world.db.run("delete from attendees where email = $1", [email]);
  expect((await click(url)).status).toBe(404);
  expect(await world.db.run("select from opt_outs where host_id = $1", [host.id])).toEqual([]);
});

async function bookedLinks(
  meet: (start: string) => Promise<string>,
  email: string,
): Promise<{ cancelUrl: string }> {
  await meet(TUESDAY_10);
  const [confirmed] = await mailsAt("2026-11-23T09:00:01Z", email);
  return { cancelUrl: /http:\S+\/cancel\?token=\S+/.exec(confirmed?.text ?? "")?.[0] ?? "" };
}
