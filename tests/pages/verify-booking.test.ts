import { expect, test } from "bun:test";
import { mailsOf } from "../bookings/support/asked.ts";
import { tokenOf } from "../bookings/support/guest.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { browser, wordsOf } from "./browser.ts";

const world = await testWorld();
const web = browser(world);

async function unverified() {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  await world.db.run(
    `update meeting_types set policies = '{"guestVerification": "email"}' where id = $1`,
    [type.id],
  );
  const made = await book(client(world), type, "2026-11-23T10:00:00Z");
  const { id } = made.body.booking;
  const [mail] = await mailsOf(world, id);
  const url = new URL(/https?:\S+\/verify\?token=\S+/.exec(mail?.mail.text ?? "")?.[0] ?? "");
  const path = `/b/${id}/verify`;
  const token = url.searchParams.get("token")!;
  return {
    id,
    path,
    token,
    link: `${path}?token=${token}`,
    manage: `/b/${id}?token=${tokenOf(made)}`,
  };
}

const statusOf = async (id: string) =>
  (await world.db.run("select status from bookings where id = $1", [id]))[0]?.["status"];

test("the link of the guest's mail asks, and changes nothing however often it is opened", async () => {
  const { id, link } = await unverified();
  for (let i = 0; i < 3; i += 1) {
    const page = await web.get(link);
    expect(page.status).toBe(200);
    expect(wordsOf(page)).toContain("Is this booking yours?");
    expect(page.headers.get("cache-control")).toBe("no-store");
  }
  expect(await statusOf(id)).toBe("PENDING");
});

test("its button confirms and leads to the booking; so does the link from then on", async () => {
  const { id, path, token, link, manage } = await unverified();
  const waiting = wordsOf(await web.get(`${manage}&done=booked`));
  expect(waiting).toContain("Almost done: check your mail");
  expect(waiting).toContain("grace@example.com");
  expect(waiting).not.toContain("It is booked.");
  const done = await web.post(path, { token });
  expect(done.status).toBe(303);
  expect(await statusOf(id)).toBe("CONFIRMED");
  const shown = await web.get(done.location!.replace(world.config.PUBLIC_URL, ""));
  expect(wordsOf(shown)).toContain("It is booked.");
  expect((await web.get(link)).status).toBe(303);
  expect((await web.post(path, { token })).status).toBe(303);
});

test("a link that is wrong or too late says so, and what to do", async () => {
  const { id, path, token, link, manage } = await unverified();
  for (const wrong of ["", "x", `${token}x`])
    expect((await web.post(path, { token: wrong })).status).toBe(404);
  expect((await web.get("/b/not-an-id/verify?token=x")).status).toBe(404);
  world.setNow("2026-11-22T10:30:00Z");
  const late = await web.get(link);
  expect(late.status).toBe(409);
  expect(wordsOf(late)).toContain("There is nothing to confirm here");
  expect((await web.post(path, { token })).status).toBe(409);
  expect(wordsOf(await web.get(manage))).toContain("This booking was not confirmed in time");
  expect(await statusOf(id)).toBe("PENDING");
  world.setNow("2026-11-22T10:00:00Z");
});
