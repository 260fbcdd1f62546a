import { describe, expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { emailProviders } from "../../src/messages/email/provider.ts";
import { testWorld } from "../support/world.ts";
import { browser, linksOf, wordsOf } from "./browser.ts";

const world = await testWorld();
const web = browser(world);
const LINK = "https://kalends.test/b/1?token=a.b.c&x=1";

async function deliver(given: { to?: string; subject?: string } = {}) {
  const id = newId();
  await emailProviders(world).primary.send(
    {
      from: "Kalends <kalends@example.com>",
      to: { name: "Grace", email: given.to ?? "grace@example.com" },
      subject: given.subject ?? "Hello <b>you</b>",
      html: `<!doctype html><html><head><title>x</title></head><body><a href="${LINK}">Go</a></body></html>`,
      text: `Go <here>:\n${LINK}\n`,
      attachments: [
        {
          filename: `in"vi\r\nte.ics`,
          contentType: "text/calendar; method=REQUEST",
          content: "BEGIN:<x>",
        },
      ],
    },
    id,
  );
  return `/dev/mail/${id}`;
}

describe("/dev/mail", () => {
  test("helps whoever finds it empty", async () => {
    const page = await browser(await testWorld()).get("/dev/mail");
    expect(page.status).toBe(200);
    expect(wordsOf(page)).toContain("No mail yet.");
    expect(linksOf(page)).toContain("/demo");
  });

  test("lists mails, newest first, escaped, and of one address when asked", async () => {
    const first = await deliver({ to: "first@example.com" });
    const second = await deliver();
    const page = await web.get("/dev/mail");
    expect(page.html.indexOf(second)).toBeLessThan(page.html.indexOf(first));
    expect(page.html).toContain("Hello &lt;b&gt;you&lt;/b&gt;");
    const filtered = await web.get("/dev/mail?to=FIRST%40example.com");
    expect(linksOf(filtered)).toContain(first);
    expect(linksOf(filtered)).not.toContain(second);
    expect(wordsOf(await web.get("/dev/mail?to=nobody%40example.com"))).toContain(
      "No mails to nobody@example.com",
    );
  });

  test("turns pages without losing or repeating a mail", async () => {
    const to = "pages@example.com";
    for (let i = 0; i < 60; i += 1) await deliver({ to });
    const seen: string[] = [];
    for (let path: string | undefined = `/dev/mail?to=${encodeURIComponent(to)}`; path; ) {
      const page = await web.get(path);
      seen.push(...linksOf(page).filter((link) => /^\/dev\/mail\/[\da-f]/.test(link)));
      path = linksOf(page).find((link) => link.includes("cursor="));
    }
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
  });

  test("shows a mail as HTML in a frame that runs nothing but opens links", async () => {
    const path = await deliver();
    const page = await web.get(path);
    expect(page.html).toContain(`src="${path}/html"`);
    expect(page.html).toMatch(
      /sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"/,
    );
    expect(page.headers.get("content-security-policy")).toContain("frame-src 'self'");
    const frame = await web.get(`${path}/html`);
    expect(frame.html).toContain('<base target="_blank">');
    const policy = frame.headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("sandbox ");
    expect(policy).not.toContain("allow-scripts");
    expect(frame.headers.get("x-frame-options")).toBe("SAMEORIGIN");
  });

  test("shows a mail as text with links that work", async () => {
    const page = await web.get(`${await deliver()}?view=text`);
    expect(linksOf(page)).toContain(LINK);
    expect(page.html).toContain("Go &lt;here&gt;:");
  });

  test("gives attachments and the whole mail to download, under harmless names", async () => {
    const path = await deliver();
    const file = await web.get(`${path}/attachments/0`);
    expect(file.html).toBe("BEGIN:<x>");
    expect(file.headers.get("content-type")).toBe("text/calendar; method=REQUEST");
    expect(file.headers.get("content-disposition")).toBe('attachment; filename="in_vi_te.ics"');
    const raw = await web.get(`${path}/raw`);
    expect(raw.headers.get("content-type")).toBe("message/rfc822");
    expect(raw.html).toContain("Date: Sun, 22 Nov 2026 10:00:00 +0000");
    expect(raw.html).toContain("To: grace@example.com");
    expect(raw.html).toContain("Content-Type: text/calendar; method=REQUEST");
  });

  test("is JSON for who asks for it", async () => {
    const path = await deliver({ to: "json@example.com" });
    const list = await web.get("/dev/mail?to=json%40example.com", "application/json");
    expect(JSON.parse(list.html).data[0]).toMatchObject({
      recipient: "json@example.com",
      subject: "Hello <b>you</b>",
    });
    expect(JSON.parse((await web.get(path, "application/json")).html).text).toContain(LINK);
  });

  test.each([
    "/dev/mail/x",
    `/dev/mail/${newId()}`,
    `/dev/mail/${newId()}/html`,
    `/dev/mail/${newId()}/raw`,
  ])("has nothing at %s", async (path) => expect((await web.get(path)).status).toBe(404));

  test("has no attachment that the mail has not", async () => {
    const path = await deliver();
    for (const index of ["1", "-1", "x", "__proto__", "0.0"])
      expect((await web.get(`${path}/attachments/${index}`)).status).toBe(404);
  });

  test("takes a broken cursor for none", async () => {
    await deliver();
    for (const cursor of ["x", "_", "2026-11-22T10:00:00Z_x", `x_${newId()}`])
      expect((await web.get(`/dev/mail?cursor=${cursor}`)).status).toBe(200);
  });

  test("does not exist in production", async () => {
    const path = await deliver();
    const production = browser({ ...world, config: { ...world.config, NODE_ENV: "production" } });
    for (const each of ["/dev/mail", path, `${path}/html`, `${path}/raw`, `${path}/attachments/0`])
      expect((await production.get(each)).status).toBe(404);
  });
});
