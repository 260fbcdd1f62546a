// What people write is text, whatever it looks like; and a page that the whole world opens at once takes nothing from bookings.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { buildWidget } from "../../scripts/widget/build.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { CHROMIUM, type Stage, stage } from "./support/stage.ts";
import { NOW, QUESTIONS } from "./support/states.ts";

const SLOW = 300_000;
const EVIL = `"><img src="http://evil.test/x" onerror="pwned=1"><script>pwned=1</script>`;

describe.skipIf(CHROMIUM === undefined)("markup that people write", () => {
  let scene: Stage;
  beforeAll(async () => {
    scene = await stage();
    scene.world.setNow(NOW);
  }, SLOW);
  afterAll(() => scene?.close(), SLOW);

  test(
    "is shown as it is, and runs nowhere: not of the host, the guest, the page or its address",
    async () => {
      const { world } = scene;
      const api = client(world);
      const host = await makeHost(world, { zone: "Europe/Berlin" });
      await world.db.run("update users set first_name = $2 where id = $1", [
        host.id,
        EVIL.slice(0, 60),
      ]);
      const type = await makeMeetingType(world, host, { title: EVIL });
      const questions = QUESTIONS.map((question) => ({
        ...question,
        label: EVIL,
        required: false,
        ...("options" in question && question.options && { options: [EVIL] }),
      }));
      const body = { description: EVIL, questions };
      const path = `/meeting-types/${type.id}`;
      expect((await api("PATCH", path, { token: host.token, body })).status).toBe(200);
      // More than a host can say: a vendor's link, say.
      await world.db.run(
        "update meeting_types set location_type = 'CUSTOM_LINK', location_details = 'javascript:pwned=1' where id = $1",
        [type.id],
      );

      // Without a policy: nothing but the widget stands in its way.
      const page = await scene.show("", {
        isLax: true,
        search: `?kalends-notes=${encodeURIComponent(EVIL)}&utm_source=${encodeURIComponent(EVIL)}`,
      });
      const foreign: string[] = [];
      page.on("request", (request) => {
        const { hostname } = new URL(request.url());
        if (!["127.0.0.1", "customer.test"].includes(hostname)) foreign.push(request.url());
      });
      await page.evaluate(
        ([username, slug, evil]) => {
          const element = document.createElement("kalends-booking");
          const given = {
            host: username!,
            type: slug!,
            name: evil!,
            email: "grace@example.com",
            answers: JSON.stringify({ company: evil }),
            redirect: "javascript:pwned=1",
            "time-zone": evil!,
          };
          for (const [name, value] of Object.entries(given)) element.setAttribute(name, value);
          document.body.append(element);
          const message = { source: "kalends", version: 1, type: "page_height", payload: evil };
          postMessage(message, "*");
        },
        [host.username, type.slug, EVIL],
      );
      const widget = page.locator("kalends-booking");
      await widget.locator(".times .time").first().click();
      await widget.getByRole("button", { name: "Book this time" }).click();
      await widget.getByRole("heading", { name: "You’re booked" }).waitFor();
      expect(await widget.locator(".facts").textContent()).toContain("<script>pwned=1</script>");
      const judge = () =>
        page.evaluate(() => {
          const root = document.querySelector("kalends-booking")?.shadowRoot ?? document;
          const links = [...root.querySelectorAll("a")].map(({ protocol }) => protocol);
          return {
            images: root.querySelectorAll("img, .root script").length,
            links: links.filter((each) => !["http:", "https:"].includes(each)),
            ran: "pwned" in window,
          };
        });
      expect(await judge()).toEqual({ images: 0, links: [], ran: false });

      // The same on our own pages, which hold no script of theirs and have a policy besides.
      const other = await book(api, type, "2026-11-24T09:00:00Z", { guest: { name: EVIL } });
      const { pathname, search } = new URL(other.body.cancelUrl);
      for (const url of [`/${host.username}/${type.slug}`, `${pathname}${search}`]) {
        const answer = await fetch(`${scene.server}${url}`, { headers: { accept: "text/html" } });
        expect([url, answer.status]).toEqual([url, 200]);
        expect(answer.headers.get("content-security-policy")).not.toContain("unsafe");
        expect(await answer.text()).not.toContain("<img src=");
      }
      expect(foreign).toEqual([]);
      expect(scene.complaints).toEqual([]);
      await page.context().close();
    },
    SLOW,
  );
});

describe("a crowd that opens one page at once", async () => {
  const widget = await buildWidget();
  const CROWD = 400;

  test("is answered without an error, and a guest books in the middle of it", async () => {
    const world = { ...(await testWorld({ DATABASE_POOL_SIZE: "8" })), widget };
    world.setNow(NOW);
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    const crowd = Array.from({ length: 20 }, (_, i) => client(world, `198.51.100.${i + 1}`));
    const path = `/users/${host.username}/${type.slug}`;
    let waiting = CROWD;
    const answers = Array.from({ length: CROWD }, async (_, i) => {
      const ask = crowd[i % crowd.length]!;
      const { status } = await ask("GET", i % 2 ? path : `${path}/slots?timeZone=Europe/Berlin`);
      waiting -= 1;
      return status;
    });
    const { status } = await book(client(world), type, "2026-11-23T10:00:00Z");
    expect(status).toBe(201);
    const seen = await Promise.all(answers);
    expect([...new Set(seen)]).toEqual([200]);
    expect(waiting).toBe(0);
  });

  test("is held back by its addresses, and nobody else is", async () => {
    const world = { ...(await testWorld({ RATE_LIMIT_PER_MINUTE: "30" })), widget };
    world.setNow(NOW);
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    const storm = client(world, "198.51.100.7");
    const path = `/users/${host.username}/${type.slug}/slots`;
    const answers = await Promise.all(Array.from({ length: 120 }, () => storm("GET", path)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(120 - refused.length);
    expect(refused.length).toBeGreaterThanOrEqual(90);
    for (const { headers } of refused)
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await book(client(world), type, "2026-11-23T10:00:00Z")).status).toBe(201);
  });

  test("asks again for nothing that it has: neither the module nor the times", async () => {
    const world = { ...(await testWorld()), widget };
    world.setNow(NOW);
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    const api = client(world);
    const path = `/users/${host.username}/${type.slug}/slots`;
    const times = await api("GET", path);
    const etag = times.headers.get("etag") ?? "";
    const again = await api("GET", path, { headers: { "if-none-match": etag } });
    expect([times.status, again.status, again.text]).toEqual([200, 304, ""]);
    await book(api, type, "2026-11-23T10:00:00Z");
    expect((await api("GET", path, { headers: { "if-none-match": etag } })).status).toBe(200);
  });
});
