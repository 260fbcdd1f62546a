import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);
const host = await makeHost(world, { zone: "Europe/Berlin" });
const type = await makeMeetingType(world, host, { otherMinutes: [60] });
const named = `/users/${host.username}/${type.slug}/slots`;

test("free times by a page's names are those by the id, and kept by the same tag", async () => {
  const query = "from=2026-11-23&until=2026-11-24&timeZone=Asia/Tokyo&durationMinutes=60";
  const byId = await api("GET", `/meeting-types/${type.id}/slots?${query}`);
  const byName = await api("GET", `${named}?${query}`);
  expect(byName.body).toEqual(byId.body);
  expect(byName.body.days[0].slots.length).toBeGreaterThan(3);
  const etag = byName.headers.get("etag")!;
  expect(byId.headers.get("etag")).toBe(etag);
  expect(byName.headers.get("cache-control")).toBe("public, max-age=5");
  expect(
    (await api("GET", `${named}?${query}`, { headers: { "if-none-match": etag } })).status,
  ).toBe(304);
});

test("who no longer has the name is led to the present one, and nobody's is not there", async () => {
  expect((await api("GET", `/users/${host.username}/nothing/slots`)).status).toBe(404);
  const moved = await makeMeetingType(world, host);
  await api("PATCH", `/meeting-types/${moved.id}`, {
    token: host.token,
    body: { slug: "new-name" },
  });
  const answer = await api("GET", `/users/${host.username}/${moved.slug}/slots?timeZone=UTC`);
  expect(answer.status).toBe(308);
  expect(answer.headers.get("location")).toBe(
    `/api/v1/users/${host.username}/new-name/slots?timeZone=UTC`,
  );
});

test("any page may ask, and hears which day it is where the guest is", async () => {
  world.setNow("2026-11-22T20:00:00Z");
  const headers = { origin: "https://customer.example" };
  const answer = await api("GET", `${named}?timeZone=Asia/Tokyo`, { headers });
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://customer.example");
  expect(answer.body.today).toBe("2026-11-23");
  expect((await api("GET", `${named}?timeZone=America/New_York`)).body.today).toBe("2026-11-22");
});

test("a booking tells when it begins by its guest's clock", async () => {
  const made = await book(api, type, "2026-11-25T10:00:00Z", {
    guest: { timeZone: "Asia/Kolkata" },
  });
  expect(made.body.booking.guest.localStart).toBe("2026-11-25T15:30+05:30");
});
