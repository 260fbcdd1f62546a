// What hosts copy into their pages.
import { describe, expect, test } from "bun:test";
import { buildWidget } from "../../scripts/widget/build.ts";
import { snippets } from "../../src/embed/snippets.ts";
import { browser } from "../pages/browser.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";

const widget = await buildWidget();
const world: TestWorld = { ...(await testWorld()), widget };
const api = client(world);
const SERVER = "http://kalends.test";

async function setUp() {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, { title: 'Tea "& talk"' });
  const ask = (query = "") =>
    api("GET", `/meeting-types/${type.id}/embed${query}`, { token: host.token });
  return { host, type, ask };
}

describe("GET /meeting-types/:id/embed", () => {
  test("gives a snippet for each mode, by this version's hash and by the alias", async () => {
    const { host, type, ask } = await setUp();
    const { status, body } = await ask();
    expect(status).toBe(200);
    const { path, integrity } = widget.manifest.script;
    expect(body.script).toEqual({
      url: `${SERVER}${path}`,
      integrity,
      latestUrl: `${SERVER}/widget.js`,
    });
    expect(body.pageUrl).toBe(`${SERVER}/${host.username}/${type.slug}`);
    expect(body.allowedOrigins).toBeNull();
    const modes: string[] = body.snippets.map(({ mode }: { mode: string }) => mode);
    expect(modes).toEqual(["inline", "popup", "badge", "iframe"]);
    for (const { mode, pinned, latest } of body.snippets) {
      if (mode === "iframe") continue;
      expect(pinned).toContain(`src="${SERVER}${path}"\n  integrity="${integrity}" crossorigin`);
      expect(latest).toContain(`<script type="module" src="${SERVER}/widget.js"></script>`);
      for (const each of [pinned, latest])
        expect(each).toContain(`<kalends-booking host="${host.username}" type="${type.slug}"`);
    }
    expect(body.snippets[3].pinned).toContain('title="Tea &quot;&amp; talk&quot;"');
  });

  test("names in the frame's address the origin that is asked for, else the first that is allowed", async () => {
    const { host, type, ask } = await setUp();
    const originOf = async (query?: string) =>
      new URL((await ask(query)).body.frameUrl).searchParams.get("origin");
    expect(await originOf()).toBe("https://www.example.com");
    const allowedOrigins = ["https://shop.example", "https://b.example"];
    const at = `/meeting-types/${type.id}`;
    await api("PATCH", at, { token: host.token, body: { allowedOrigins } });
    expect(await originOf()).toBe("https://shop.example");
    expect(await originOf(`?origin=${encodeURIComponent("https://b.example")}`)).toBe(
      "https://b.example",
    );
    expect((await ask("?origin=shop.example")).status).toBe(422);
    expect((await ask()).body.allowedOrigins).toEqual(allowedOrigins);
  });

  test("is for whom the type is, and says where no widget is built", async () => {
    const { type, host } = await setUp();
    const path = `/meeting-types/${type.id}/embed`;
    const other = await makeHost(world);
    expect((await api("GET", path, { token: other.token })).status).toBe(404);
    expect((await api("GET", path)).status).toBe(401);
    const plain = client({ ...world, widget: null });
    expect((await plain("GET", path, { token: host.token })).status).toBe(503);
  });
});

test("the page of snippets shows them as text that can be copied", async () => {
  const { host, type, ask } = await setUp();
  const page = await browser(world).get(`/embed/${host.username}/${type.slug}/code`);
  const { body } = await ask();
  const fields = [...page.html.matchAll(/<textarea[^>]*>\n([\s\S]*?)<\/textarea>/g)].map(
    ([, text]) =>
      text!
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&quot;", '"')
        .replaceAll("&amp;", "&"),
  );
  const wanted = body.snippets.flatMap(({ pinned, latest }: { pinned: string; latest: string }) =>
    pinned === latest ? [pinned] : [pinned, latest],
  );
  expect(fields).toEqual(wanted);
  expect(page.html).toContain('<meta name="robots" content="noindex">');
});

test("a title and a name stay text in a snippet, whatever they are", () => {
  const evil = `"><script>alert(1)</script>`;
  const shown = { server: SERVER, username: evil, slug: evil, title: evil, origin: evil };
  for (const { pinned, latest } of snippets(shown, widget.manifest))
    for (const each of [pinned, latest]) expect(each).not.toContain("<script>");
});

test("the script for frames may be loaded by any page, and is asked for again after a while", async () => {
  const { status, headers } = await browser(world).get("/embed.js");
  expect(status).toBe(200);
  expect(headers.get("access-control-allow-origin")).toBe("*");
  expect(headers.get("content-type")).toStartWith("text/javascript");
  expect(headers.get("cache-control")).toContain("max-age=300");
});
