import { expect, test } from "bun:test";
import { asked, hostOf, mailsOf, makeAskedType } from "../bookings/support/asked.ts";
import { tokenOf } from "../bookings/support/guest.ts";
import { book, makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { browser, hiddenOf, linksOf, wordsOf } from "./browser.ts";

const world = await testWorld();
const web = browser(world);

/** A request, and the path that the host's mail links to. */
async function request() {
  const made = await asked(world);
  const mails = await mailsOf(world, made.id);
  const text = mails.find(({ to }) => to === made.host.email)?.mail.text ?? "";
  const url = new URL(/https?:\S+\/decide\?token=\S+/.exec(text)?.[0] ?? "");
  const token = url.searchParams.get("token")!;
  const path = `/b/${made.id}/decide`;
  return { ...made, path, token, link: `${path}?token=${token}` };
}

const statusOf = async (id: string) =>
  (await world.db.run("select status, version from bookings where id = $1", [id]))[0];

test("the link of the host's mail shows the request and changes nothing", async () => {
  const { id, link } = await request();
  for (const query of ["", "&answer=confirm", "&answer=decline&reason=x"]) {
    const page = await web.get(`${link}${query}`);
    expect(page.status).toBe(200);
    expect(wordsOf(page)).toContain("Grace Hopper asks for a time with you");
    expect(page.headers.get("cache-control")).toBe("no-store");
  }
  expect(await statusOf(id)).toEqual({ status: "PENDING", version: 1 });
});

test("the host reads the guest's answers before giving his own", async () => {
  const { id, link } = await request();
  await world.db.run("update attendees set answers = $2::text::jsonb where booking_id = $1", [
    id,
    JSON.stringify([{ id: "why", label: "What brings you here?", value: "A <leak>" }]),
  ]);
  const page = await web.get(link);
  expect(wordsOf(page)).toContain("What brings you here?");
  expect(page.html).toContain("A &lt;leak&gt;");
});

test("its buttons confirm and decline, and then the link is used up", async () => {
  const yes = await request();
  const confirmed = await web.post(yes.path, { token: yes.token, answer: "confirm" });
  expect(wordsOf(confirmed)).toContain("The booking is confirmed");
  expect(await statusOf(yes.id)).toEqual({ status: "CONFIRMED", version: 2 });
  const no = await request();
  const declined = await web.post(no.path, {
    ...hiddenOf(await web.get(no.link)),
    reason: "On\r\nleave",
  });
  expect(wordsOf(declined)).toContain("The request is declined");
  expect((await no.by.get()).body.cancelReason).toBe("On\nleave");
  for (const { link, path, token } of [yes, no]) {
    expect((await web.get(link)).status).toBe(404);
    const again = await web.post(path, { token, answer: "decline" });
    expect(wordsOf(again)).toContain("There is nothing to answer here");
  }
  expect(await statusOf(yes.id)).toEqual({ status: "CONFIRMED", version: 2 });
});

test("an answer that is none, or a reason too long, asks again", async () => {
  const { id, path, token } = await request();
  expect((await web.post(path, { token })).status).toBe(200);
  const long = await web.post(path, { token, answer: "decline", reason: "y".repeat(1001) });
  expect(long.status).toBe(422);
  expect(long.html).toContain("y".repeat(1001));
  expect(await statusOf(id)).toEqual({ status: "PENDING", version: 1 });
});

test("the link is of one host, one request and one purpose", async () => {
  const one = await request();
  const other = await request();
  const guests = tokenOf(one.made);
  for (const token of ["", "x", other.token, guests])
    expect((await web.post(one.path, { token, answer: "confirm" })).status).toBe(404);
  expect((await web.get("/b/not-an-id/decide?token=x")).status).toBe(404);
  expect(await statusOf(one.id)).toEqual({ status: "PENDING", version: 1 });
  // It opens nothing else: neither the booking nor what a guest can do with it.
  const headers = { "x-booking-token": one.token };
  expect((await one.api("GET", `/bookings/${one.id}`, { headers })).status).toBe(404);
  expect((await one.api("PATCH", `/bookings/${one.id}/cancel`, { headers })).status).toBe(404);
  expect((await web.get(`/b/${one.id}?token=${one.token}`)).status).toBe(404);
});

test("it lives through edits, and dies when the guest moves or cancels", async () => {
  const { by, guest, link } = await request();
  await by.notes({ hostNotes: "A friend" });
  expect((await web.get(link)).status).toBe(200);
  await guest.move("2026-11-24T09:00:00Z");
  expect((await web.get(link)).status).toBe(404);
  const other = await request();
  await other.guest.cancel();
  expect((await web.get(other.link)).status).toBe(404);
});

test("a request that lapsed, though no worker noted it, is not answered", async () => {
  const own = await testWorld();
  const made = await asked(own);
  const [mail] = (await mailsOf(own, made.id)).filter(({ to }) => to === made.host.email);
  const url = new URL(/https?:\S+\/decide\?token=\S+/.exec(mail?.mail.text ?? "")?.[0] ?? "");
  own.setNow("2026-11-23T10:00:00Z");
  const page = await browser(own).get(`${url.pathname}${url.search}`);
  expect(page.status).toBe(409);
  expect(wordsOf(page)).toContain("There is nothing to answer here");
});

test("two clicks at once answer once", async () => {
  const { path, token, id } = await request();
  const form = { token, answer: "confirm" };
  const pages = await Promise.all([1, 2, 3, 4].map(() => web.post(path, form)));
  expect(
    pages.map(({ status }) => status).filter((status) => status === 200).length,
  ).toBeGreaterThan(0);
  expect(await statusOf(id)).toEqual({ status: "CONFIRMED", version: 2 });
});

test("the guest's page tells how the request stands", async () => {
  const { id, made, by, type, host } = await request();
  const form = await web.get(`/${host.username}/${type.slug}?start=2026-11-24T09:00:00Z`);
  expect(wordsOf(form)).toContain("Ask for this time");
  const path = `/b/${id}?token=${tokenOf(made)}`;
  const waiting = wordsOf(await web.get(`${path}&done=booked`));
  expect(waiting).toContain("The host is asked.");
  expect(waiting).toContain("Your booking waits for the host");
  expect(waiting).toContain("at the latest until Mon, 23 Nov 2026, 11:00");
  const move = await web.get(
    `/b/${id}/reschedule?token=${tokenOf(made)}&start=2026-11-24T09:00:00Z`,
  );
  expect(wordsOf(move)).toContain("must agree to the new time");
  await by.decline({ reason: "On leave" });
  const declined = await web.get(path);
  expect(wordsOf(declined)).toContain("The host declined this booking");
  expect(wordsOf(declined)).toContain("On leave");
  expect(linksOf(declined)).toContain(`/${host.username}/${type.slug}`);
});

test("the guest's page tells that nobody answered", async () => {
  const own = await testWorld();
  const made = await asked(own);
  own.setNow("2026-11-23T10:00:00Z");
  const page = await browser(own).get(`/b/${made.id}?token=${tokenOf(made.made)}`);
  expect(wordsOf(page)).toContain("The host did not answer in time");
});

test("each of several hosts has a link of his own", async () => {
  const [one, two] = [await makeHost(world), await makeHost(world)];
  const type = await makeAskedType(world, one, { groups: [{ hosts: [one, two] }] });
  const made = await book(client(world), type, "2026-11-23T10:00:00Z");
  const { id } = made.body.booking;
  const links = (await mailsOf(world, id)).flatMap(
    ({ mail }) => /\/decide\?token=\S+/.exec(mail.text)?.[0] ?? [],
  );
  expect(new Set(links).size).toBe(2);
  const token = new URLSearchParams(links[1]!.split("?")[1]).get("token")!;
  await web.post(`/b/${id}/decide`, { token, answer: "confirm" });
  const { body } = await hostOf(world, one, id).get();
  expect([body.status, body.history.at(-1).event]).toEqual(["CONFIRMED", "confirmed"]);
});
