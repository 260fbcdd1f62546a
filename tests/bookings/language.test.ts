// In which language guests and hosts are told.
import { expect, test } from "bun:test";
import { languageAsked } from "../../src/http/language.ts";
import { browser } from "../pages/browser.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { icsOf, MONDAY_10, mailsOf } from "./support/asked.ts";

const world = await testWorld();
const api = client(world);

async function subjects(
  given: { locale?: string; accept?: string; host?: string; guests?: { email: string }[] } = {},
) {
  const host = await makeHost(world);
  if (given.host)
    await api("PATCH", "/users/me", { token: host.token, body: { locale: given.host } });
  const type = await makeMeetingType(world, host);
  const made = await api("POST", "/bookings", {
    body: {
      meetingTypeId: type.id,
      start: MONDAY_10,
      guest: {
        name: "Grace Hopper",
        email: "grace@example.com",
        timeZone: "Europe/Berlin",
        ...(given.locale && { locale: given.locale }),
      },
      ...(given.guests && { guests: given.guests }),
    },
    ...(given.accept && { headers: { "accept-language": given.accept } }),
  });
  expect(made.status).toBe(201);
  const mails = await mailsOf(world, made.body.booking.id);
  return Object.fromEntries(
    mails.map((told) => [
      told.to === host.email ? "host" : told.to,
      told.mail.subject.split(":")[0],
    ]),
  );
}

test("a guest is told in the language he names, his host in his own", async () => {
  expect(await subjects({ locale: "de-AT", accept: "en" })).toEqual({
    "grace@example.com": "Bestätigt",
    host: "New booking",
  });
  expect(await subjects({ locale: "en", accept: "de", host: "de" })).toEqual({
    "grace@example.com": "Confirmed",
    host: "Neue Buchung",
  });
});

test("else in the one that his browser prefers, else in his host's", async () => {
  expect(await subjects({ accept: "fr, de;q=0.8, en;q=0.5" })).toMatchObject({
    "grace@example.com": "Bestätigt",
  });
  expect(await subjects({ locale: "fr", accept: "ja", host: "de" })).toMatchObject({
    "grace@example.com": "Bestätigt",
  });
  expect(await subjects()).toMatchObject({ "grace@example.com": "Confirmed" });
});

test("whom he brings along is told as he is", async () => {
  expect(await subjects({ locale: "de", guests: [{ email: "mary@example.com" }] })).toMatchObject({
    "mary@example.com": "Bestätigt",
  });
});

test("a booking page remembers the browser's language", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const web = browser(world, { "accept-language": "de-DE,de;q=0.9,en;q=0.8" });
  const made = await web.post(`/${host.username}/${type.slug}`, {
    start: MONDAY_10,
    name: "Grace Hopper",
    email: "grace@example.com",
    timeZone: "Europe/Berlin",
  });
  expect(made.status).toBe(303);
  const id = /\/b\/([^?/]+)/.exec(made.location ?? "")?.[1] ?? "";
  const guests = (await mailsOf(world, id)).find(({ to }) => to === "grace@example.com");
  expect(guests?.mail.subject).toStartWith("Bestätigt: ");
  expect(icsOf(guests!).some((line) => line.includes("Buchung ansehen oder ändern"))).toBe(true);
});

test("a tag that is none is refused", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, MONDAY_10, { guest: { locale: "de_DE; drop" } } as never);
  expect(made).toMatchObject({ status: 422, body: { errors: [{ path: "guest.locale" }] } });
});

test("Accept-Language is read by weight, and nothing that it holds breaks it", () => {
  const asked = (header: string) =>
    languageAsked(new Request("http://x/", { headers: { "accept-language": header } }));
  expect(asked("de")).toBe("de");
  expect(asked("de;q=0.1, en;q=0.9")).toBe("en");
  expect(asked("de;q=0, en;q=0")).toBeNull();
  expect(asked("fr-FR, *;q=0.5")).toBeNull();
  expect(asked(";;;,q=,de;q=x")).toBeNull();
  expect(languageAsked(new Request("http://x/"))).toBeNull();
});
