// What CalDAV servers do on bad days, and what the big ones do every day, by a stand-in.
import { describe, expect, test } from "bun:test";
import { makeCaldav } from "../../src/calendars/caldav.ts";
import { isOfSite, urlOf } from "../../src/calendars/caldav-dav.ts";
import { CalendarFailure } from "../../src/calendars/failure.ts";
import type { Access, ChangesPage, EventDraft } from "../../src/calendars/provider.ts";
import type { Service } from "../../src/outbound/services.ts";
import type { World } from "../../src/world.ts";
import {
  type Asked,
  type CaldavStandIn,
  found,
  multistatus,
  openCaldav,
  status,
  type Told,
} from "../support/caldav-stand-in.ts";
import { listening } from "../support/http.ts";
import { testWorld } from "../support/world.ts";

const open = await testWorld({ OUTBOUND_ALLOW_PRIVATE: "true" });
/** Every name leads to loopback. */
const world: World = { ...open, resolve: async () => ["127.0.0.1"], services: async () => [] };
const guarded = await testWorld();
const BOUNDS = { requestMs: 5000, callMs: 20_000, answerBytes: 100_000 };
const WINDOW = {
  start: Temporal.Instant.from("2026-11-21T00:00:00Z"),
  end: Temporal.Instant.from("2027-06-01T00:00:00Z"),
};

const accessTo = (url: string): Access => ({
  kind: "password",
  url,
  username: "holly",
  password: "app word",
});
const failureOf = async (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => "went well",
    (error) =>
      error instanceof CalendarFailure
        ? { kind: error.kind, message: error.message, retryAfterSeconds: error.retryAfterSeconds }
        : error,
  );
const list = (url: string, from = world) => makeCaldav(from, BOUNDS).listCalendars(accessTo(url));

async function changes(
  server: CaldavStandIn,
  cursor: string | null,
  { from = world, calendar = `${server.url}cal/` } = {},
) {
  const pages: ChangesPage[] = [];
  const asked = { calendar, cursor, window: WINDOW, timeZone: "UTC" };
  for await (const page of makeCaldav(from, BOUNDS).changes(accessTo(server.url), asked))
    pages.push(page);
  return pages;
}

const PRINCIPAL = "<d:current-user-principal><d:href>/me/</d:href></d:current-user-principal>";
const home = (href: string) =>
  `<c:calendar-home-set><d:href>${href}</d:href></c:calendar-home-set>`;
const CALENDAR = "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>";
const READ_ONLY =
  "<d:current-user-privilege-set><d:privilege><d:read/></d:privilege></d:current-user-privilege-set>";
const WRITABLE =
  "<d:current-user-privilege-set><d:privilege><d:bind/></d:privilege><d:privilege><d:write-content/></d:privilege></d:current-user-privilege-set>";

/** A server that has one calendar, found the long way. */
const ordinary = ({ path }: Asked): Told | undefined =>
  ({
    "/": multistatus(found("/", PRINCIPAL)),
    "/me/": multistatus(found("/me/", home("/homes/me/"))),
    "/homes/me/": multistatus(
      found("/homes/me/work/", `${CALENDAR}<d:displayname>Work</d:displayname>`),
    ),
  })[path];

describe("is found", () => {
  test("by a host whose .well-known leads elsewhere, with hrefs that belong there", async () => {
    await using server = await openCaldav((asked) => {
      const isDav = asked.headers.host?.startsWith("dav.");
      if (!isDav && asked.path === "/.well-known/caldav")
        return { status: 301, headers: { location: `http://dav.example.com:${server.port}/` } };
      return isDav ? ordinary(asked) : undefined;
    });
    const [calendar] = await list(`http://example.com:${server.port}`);
    expect(calendar?.externalId).toBe(`http://dav.example.com:${server.port}/homes/me/work/`);
  });

  test("by the address of mail: SRV names the server, TXT the path", async () => {
    await using server = await openCaldav((asked) => {
      const { path } = asked;
      return path === "/dav/"
        ? multistatus(found("/dav/", PRINCIPAL))
        : path === "/"
          ? undefined
          : ordinary(asked);
    });
    const asked: string[] = [];
    const services = async (name: string): Promise<Service[]> => {
      asked.push(name);
      return name.startsWith("_caldav.")
        ? [{ target: "dav.example.com", port: server.port, path: "/dav/" }]
        : [];
    };
    const [calendar] = await list("holly@example.com", { ...world, services });
    expect(calendar).toMatchObject({
      name: "Work",
      externalId: `http://dav.example.com:${server.port}/homes/me/work/`,
    });
    expect(asked).toEqual(["_caldavs._tcp.example.com", "_caldav._tcp.example.com"]);
    expect(server.asked[0]?.path).toBe("/dav/");
  });

  test("but not on a server of another domain that DNS names: the password stays", async () => {
    await using server = await openCaldav(ordinary);
    const services = async () => [{ target: "dav.elsewhere.org", port: server.port, path: null }];
    expect(await failureOf(list("holly@example.com", { ...world, services }))).toMatchObject({
      kind: "refused",
      message: "The domain names dav.elsewhere.org as its server: give that address if it is yours",
    });
    expect(server.asked).toEqual([]);
  });

  test("with homes on a host of the same site, as iCloud has them, and on no other", async () => {
    let host = "p42-caldav.example.com";
    await using server = await openCaldav((asked) =>
      asked.path === "/me/"
        ? multistatus(found("/me/", home(`http://${host}:${server.port}/homes/me/`)))
        : ordinary(asked),
    );
    const [calendar] = await list(`http://caldav.example.com:${server.port}`);
    expect(calendar?.externalId).toBe(
      `http://p42-caldav.example.com:${server.port}/homes/me/work/`,
    );
    host = "example.org";
    expect(await failureOf(list(`http://caldav.example.com:${server.port}`))).toMatchObject({
      kind: "refused",
      message: "The server leads to another site",
    });
    expect(server.asked.some(({ headers }) => headers.host?.startsWith("example.org"))).toBe(false);
  });

  test("but not by a redirect to another site, which is asked without the password", async () => {
    await using server = await openCaldav(({ headers }) =>
      headers.host?.startsWith("example.org")
        ? { status: 401 }
        : { status: 307, headers: { location: `http://example.org:${server.port}/` } },
    );
    expect(await failureOf(list(`http://example.com:${server.port}`))).toMatchObject({
      kind: "refused",
      message: "The server leads to another site",
    });
    expect(server.asked.map(({ headers }) => headers.authorization !== undefined)).toEqual([
      true,
      false,
    ]);
  });

  test("where somebody gives the calendar's own address", async () => {
    await using server = await openCaldav(({ path }) =>
      path === "/only/"
        ? multistatus(found("/only/", `${CALENDAR}<d:displayname>2027</d:displayname>`))
        : undefined,
    );
    expect(await list(`${server.url}only/`)).toMatchObject([
      { name: "2027", externalId: `${server.url}only/` },
    ]);
  });

  test("with what may be written, what holds events, and the calendar for invitations first", async () => {
    const only = (kind: string) =>
      `<c:supported-calendar-component-set><c:comp name="${kind}"/></c:supported-calendar-component-set>`;
    await using server = await openCaldav((asked) =>
      asked.path === "/homes/me/"
        ? multistatus(
            found("/homes/me/", "<d:resourcetype><d:collection/></d:resourcetype>"),
            found("/homes/me/birthdays/", `${CALENDAR}${READ_ONLY}${only("VEVENT")}`),
            found("/homes/me/tasks/", `${CALENDAR}${WRITABLE}${only("VTODO")}`),
            found("/homes/me/a%40b/", `${CALENDAR}${WRITABLE}`),
            found("/homes/me/main/", `${CALENDAR}${WRITABLE}`),
            found(
              "/homes/me/web/",
              "<d:resourcetype><d:collection/><cs:subscribed/></d:resourcetype>",
            ),
            found(
              "/homes/me/inbox/",
              "<d:resourcetype><d:collection/><c:schedule-inbox/></d:resourcetype><c:schedule-default-calendar-URL><d:href>/homes/me/main/</d:href></c:schedule-default-calendar-URL>",
            ),
          )
        : ordinary(asked),
    );
    const listed = await list(server.url);
    expect(listed.map(({ name, canWrite, isPrimary }) => [name, canWrite, isPrimary])).toEqual([
      ["birthdays", false, false],
      ["a@b", true, false],
      ["main", true, true],
    ]);
  });
});

describe("connecting fails clearly", () => {
  test("with a wrong password after one request, so that no account is locked", async () => {
    await using server = await openCaldav(() => ({ status: 401 }));
    expect(await failureOf(list(server.url))).toMatchObject({ kind: "needs_reauth" });
    expect(server.asked.length).toBe(1);
  });

  test.each<[what: string, told: Told, failure: object]>([
    [
      "where nothing speaks CalDAV",
      { status: 404 },
      { kind: "refused", message: expect.stringContaining("CalDAV") },
    ],
    ["where the account may not", { status: 403 }, { kind: "forbidden" }],
    [
      "where it is asked too often",
      { status: 429, headers: { "retry-after": "17" } },
      { kind: "throttled", retryAfterSeconds: 17 },
    ],
    [
      "where the server rests",
      { status: 503, headers: { "retry-after": "60" } },
      { kind: "throttled", retryAfterSeconds: 60 },
    ],
    ["where the server is broken", { status: 500 }, { kind: "temporary" }],
    [
      "where a proxy answers with a page",
      { status: 200, headers: { "content-type": "text/html" }, body: "<html>" },
      { kind: "temporary" },
    ],
    [
      "where the answer is broken",
      multistatus(found("/", PRINCIPAL)).slice(0, -20),
      { kind: "temporary" },
    ],
    [
      "where the answer is a bomb",
      `<!DOCTYPE a [<!ENTITY a "${"a".repeat(1000)}"><!ENTITY b "&a;&a;&a;&a;">]>${multistatus(found("&b;", PRINCIPAL))}`,
      { kind: "temporary" },
    ],
    [
      "where the answer has no end",
      multistatus(found("/", "x".repeat(200_000))),
      { kind: "refused" },
    ],
    ["where the connection is cut", (response) => response.destroy(), { kind: "temporary" }],
    [
      "where it goes round in circles",
      { status: 302, headers: { location: "/" } },
      { kind: "temporary" },
    ],
  ])("%s", async (_what, told, failure) => {
    await using server = await openCaldav(() => told);
    expect(await failureOf(list(server.url))).toMatchObject(failure);
  });

  test("where the answer trickles, when its time is up", async () => {
    await using server = await openCaldav(() => (response) => {
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    });
    const bounds = { ...BOUNDS, requestMs: 200, callMs: 500 };
    const failure = await failureOf(makeCaldav(world, bounds).listCalendars(accessTo(server.url)));
    expect(failure).toMatchObject({ kind: "temporary" });
  });

  test.each([
    "http://127.0.0.1:5232/",
    "http://localhost:5232/",
    "https://dav.example.com:5232/",
    "holly@example.com",
  ])("where %s leads inside, without a connection", async (url) => {
    const inside = { ...guarded, resolve: async () => ["10.0.0.1"], services: async () => [] };
    const failure = { kind: "refused", message: "The address must lead to a public address" };
    expect(await failureOf(list(url, inside))).toMatchObject(failure);
  });

  test("and says neither password nor address, in messages or the log", async () => {
    const { world: heard, written } = listening(world);
    await using server = await openCaldav(() => (response) => response.destroy());
    const failure = JSON.stringify(await failureOf(list(`${server.url}private/`, heard)));
    for (const secret of ["app word", "private", `${server.port}`, btoa("holly:app word")])
      expect(failure + written()).not.toContain(secret);
  });
});

const dated = (uid: string, day = "20261201", more = "") =>
  `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTART:${day}T090000Z\r\nDTEND:${day}T100000Z\r\n${more}END:VEVENT\r\nEND:VCALENDAR\r\n`;
const resource = (name: string, data = dated(name)) =>
  found(
    `/cal/${name}.ics`,
    `<d:getetag>"${name}"</d:getetag><c:calendar-data><![CDATA[${data}]]></c:calendar-data>`,
  );
/** Whatever of the resources was asked for. */
const multiget = (body: string, all: Record<string, string>): string =>
  multistatus(
    ...Object.entries(all).flatMap(([name, one]) =>
      body.includes(`/cal/${name}.ics<`) ? [one] : [],
    ),
  );
const listing = (...names: string[]) =>
  multistatus(
    ...names.map((name) => found(`/cal/${name}.ics`, `<d:getetag>"${name}"</d:getetag>`)),
  );

describe("changes", () => {
  test("without sync tokens are seen by the ctag, and without that by etags", async () => {
    for (const ctag of ["<cs:getctag>7</cs:getctag>", "<d:displayname>x</d:displayname>"]) {
      let names = ["a", "b"];
      let state = ctag;
      await using server = await openCaldav(({ method, body }) => {
        if (method === "PROPFIND") return multistatus(found("/cal/", state));
        if (body.includes("calendar-query")) return listing(...names);
        return multiget(body, { a: resource("a"), b: resource("b"), c: resource("c") });
      });
      const [first] = await changes(server, null);
      expect([first?.isFull, first?.resources.map(({ etag }) => etag)]).toEqual([
        true,
        ['"a"', '"b"'],
      ]);
      expect(await changes(server, first!.cursor)).toEqual([
        { resources: [], isFull: false, cursor: first!.cursor },
      ]);
      names = ["b", "c"];
      state = ctag.replace("7", "8");
      const [second] = await changes(server, first!.cursor);
      expect([second?.isFull, second?.resources.map(({ etag }) => etag)]).toEqual([
        true,
        ['"b"', '"c"'],
      ]);
    }
  });

  const synced = JSON.stringify({
    token: "urn:1",
    zone: "UTC",
    until: WINDOW.end.epochMilliseconds,
  });

  test("that the server cuts short are followed to the end", async () => {
    await using server = await openCaldav(({ body }) => {
      if (body.includes("sync-collection"))
        return body.includes("urn:1")
          ? multistatus(
              found("/cal/a.ics", "<d:getetag>1</d:getetag>"),
              status("/cal/b.ics", "404 Not Found"),
              status("/cal/", "507 Insufficient Storage"),
              "<d:sync-token>urn:2</d:sync-token>",
            )
          : multistatus(
              found("/cal/c.ics", "<d:getetag>1</d:getetag>"),
              "<d:sync-token>urn:3</d:sync-token>",
            );
      return multiget(body, { a: resource("a"), c: resource("c") });
    });
    const [page] = await changes(server, synced);
    expect(page?.isFull).toBe(false);
    expect(page?.resources.map(({ externalId, isGone }) => [externalId.slice(-5), isGone])).toEqual(
      [
        ["b.ics", true],
        ["a.ics", false],
        ["c.ics", false],
      ],
    );
    expect(JSON.parse(page!.cursor!).token).toBe("urn:3");
  });

  test("of a server that never comes to an end are given up", async () => {
    await using server = await openCaldav(() =>
      multistatus(
        status("/cal/", "507 Insufficient Storage"),
        "<d:sync-token>urn:1</d:sync-token>",
      ),
    );
    expect(await failureOf(changes(server, synced))).toMatchObject({ kind: "refused" });
  });

  test.each([400, 403, 409, 412])("whose token is answered by %d are read anew", async (code) => {
    const body = `<?xml version="1.0"?><d:error xmlns:d="DAV:"><d:valid-sync-token/></d:error>`;
    await using server = await openCaldav(() => ({
      status: code,
      headers: { "content-type": "application/xml" },
      body,
    }));
    expect(await failureOf(changes(server, synced))).toMatchObject({ kind: "cursor_expired" });
  });

  test("for a window that has moved on are read anew", async () => {
    await using server = await openCaldav(() => multistatus());
    const old = JSON.stringify({
      ...JSON.parse(synced),
      until: WINDOW.end.epochMilliseconds - 90_000_000,
    });
    expect(await failureOf(changes(server, old))).toMatchObject({ kind: "cursor_expired" });
    expect(server.asked).toEqual([]);
  });

  test("of a calendar that is gone say so", async () => {
    await using server = await openCaldav(() => undefined);
    expect(await failureOf(changes(server, null))).toMatchObject({ kind: "not_found" });
  });

  test("that lie too thick are listed by halves", async () => {
    await using server = await openCaldav(({ method, body }) => {
      if (method === "PROPFIND") return multistatus(found("/cal/", "<cs:getctag>7</cs:getctag>"));
      if (!body.includes("calendar-query"))
        return multiget(body, { a: resource("a"), b: resource("b") });
      const [, start = "", end = ""] = /start="(\d{8})[^"]*" end="(\d{8})/.exec(body) ?? [];
      if (Temporal.PlainDate.from(start).until(end).days > 50)
        return multistatus(status("/cal/", "507 Insufficient Storage"));
      return start < "20261201" ? listing("a") : listing("a", "b");
    });
    const [page] = await changes(server, null);
    expect(page?.resources.map(({ etag }) => etag)).toEqual(['"a"', '"b"']);
  });

  test("one resource that is too large, refused or broken loses none of the rest", async () => {
    const { world: heard, written } = listening(world);
    const names = ["a", "huge", "broken", "forbidden", "gone", "z"];
    await using server = await openCaldav(({ method, body }) => {
      if (method === "PROPFIND") return multistatus(found("/cal/", "<cs:getctag>7</cs:getctag>"));
      if (body.includes("calendar-query")) return listing(...names);
      return multiget(body, {
        a: resource("a"),
        huge: resource("huge", dated("huge", "20261201", `DESCRIPTION:${"x".repeat(150_000)}\r\n`)),
        broken: resource("broken", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:never\r\n"),
        forbidden: status("/cal/forbidden.ics", "403 Forbidden"),
        gone: status("/cal/gone.ics", "404 Not Found"),
        z: resource("z"),
      });
    });
    const [page] = await changes(server, null, { from: heard });
    expect(
      page?.resources.map(({ externalId, busy, isGone }) => [
        externalId.split("/").at(-1),
        busy.length,
        isGone,
      ]),
    ).toEqual([
      ["a.ics", 1, false],
      ["huge.ics", 0, false],
      ["broken.ics", 0, false],
      ["forbidden.ics", 0, false],
      ["gone.ics", 0, true],
      ["z.ics", 1, false],
    ]);
    expect(written()).toContain("cannot be read");
  });

  test("that the account's owner has declined take no time, whichever address he was asked by", async () => {
    await using server = await openCaldav(({ method, path, body }) => {
      if (method === "PROPFIND" && path === "/me/")
        return multistatus(
          found(
            "/me/",
            "<c:calendar-user-address-set><d:href>mailto:Holly@Example.com</d:href><d:href>/me/</d:href></c:calendar-user-address-set>",
          ),
        );
      if (method === "PROPFIND")
        return multistatus(found("/cal/", `<cs:getctag>7</cs:getctag>${PRINCIPAL}`));
      if (body.includes("calendar-query")) return listing("a");
      return multiget(body, {
        a: resource(
          "a",
          dated("a", "20261201", "ATTENDEE;PARTSTAT=DECLINED:mailto:holly@example.com\r\n"),
        ),
      });
    });
    const [page] = await changes(server, null);
    expect(page?.resources).toMatchObject([{ busy: [], isGone: false }]);
  });

  test("are known by one URL, however the server spells it", async () => {
    await using server = await openCaldav(({ method, body }) => {
      if (method === "PROPFIND") return multistatus(found("/cal/", "<cs:getctag>7</cs:getctag>"));
      if (body.includes("calendar-query"))
        return multistatus(found("/cal/a%40b%20c.ics", "<d:getetag>1</d:getetag>"));
      return multistatus(
        found(
          `http://other.example.com/cal/a@b%20c.ics`,
          `<d:getetag>1</d:getetag><c:calendar-data>${dated("a")}</c:calendar-data>`,
        ),
      );
    });
    const [page] = await changes(server, null);
    expect(page?.resources.map(({ externalId, busy }) => [externalId, busy.length])).toEqual([
      [`${server.url}cal/a@b%20c.ics`, 1],
    ]);
  });
});

describe("writing", () => {
  const draft: EventDraft = {
    key: "01890000-0000-7000-8000-000000000000",
    bookingId: "01890000-0000-7000-8000-000000000001",
    summary: "Intro",
    description: "",
    location: null,
    during: {
      start: Temporal.Instant.from("2026-12-01T09:00:00Z"),
      end: Temporal.Instant.from("2026-12-01T10:00:00Z"),
    },
    timeZone: "UTC",
    conference: null,
  };
  const write = (server: CaldavStandIn) =>
    makeCaldav(world, BOUNDS).write(accessTo(server.url), `${server.url}cal/`, draft, null);

  test("asks for the etag where the server does not give it", async () => {
    await using server = await openCaldav(({ method }) =>
      method === "PUT"
        ? { status: 201 }
        : multistatus(found(`/cal/${draft.key}.ics`, '<d:getetag>"9"</d:getetag>')),
    );
    expect(await write(server)).toMatchObject({
      externalId: `${server.url}cal/${draft.key}.ics`,
      etag: '"9"',
    });
    expect(server.asked[0]).toMatchObject({ method: "PUT", headers: { "if-none-match": "*" } });
    expect(server.asked[0]?.body).not.toMatch(/METHOD|ORGANIZER|ATTENDEE/);
  });

  test("once more after an answer that was lost makes no second event", async () => {
    let stored: string | null = null;
    await using server = await openCaldav(({ method, body, headers }) => {
      if (method === "GET")
        return stored === null
          ? undefined
          : { status: 200, headers: { etag: '"1"' }, body: stored };
      if (stored !== null && headers["if-none-match"]) return { status: 412 };
      stored = body;
      return (response) => response.destroy();
    });
    expect(await failureOf(write(server))).toMatchObject({ kind: "temporary" });
    expect(await write(server)).toMatchObject({ etag: '"1"', during: draft.during });
    expect(server.asked.filter(({ method }) => method === "PUT").length).toBe(2);
  });

  test.each<[code: number, kind: string]>([
    [401, "needs_reauth"],
    [403, "forbidden"],
    [404, "not_found"],
    [413, "refused"],
    [423, "temporary"],
    [429, "throttled"],
    [500, "temporary"],
    [507, "refused"],
  ])("that is answered by %d fails as %s", async (code, kind) => {
    await using server = await openCaldav(() => ({ status: code }));
    expect(await failureOf(write(server))).toMatchObject({ kind });
    const gone = makeCaldav(world, BOUNDS).remove(
      accessTo(server.url),
      `${server.url}cal/`,
      `${server.url}cal/a.ics`,
    );
    expect(await failureOf(gone)).toEqual(
      code === 404 ? "went well" : expect.objectContaining({ kind }),
    );
  });

  test("goes to the account's own site alone", async () => {
    await using server = await openCaldav(() => ({ status: 201 }));
    const stray = makeCaldav(world, BOUNDS).write(
      accessTo("https://caldav.example.com/"),
      `${server.url}cal/`,
      draft,
      null,
    );
    expect(await failureOf(stray)).toMatchObject({ kind: "refused" });
    expect(server.asked).toEqual([]);
  });
});

test.each([
  ["https://caldav.icloud.com", "p42-caldav.icloud.com", true],
  ["holly@me.com", "p42-caldav.icloud.com", true],
  ["holly@fastmail.com", "caldav.fastmail.com", true],
  ["https://cloud.example.co.uk/remote.php/dav", "dav.example.co.uk", true],
  ["https://cloud.example.com", "example.com", true],
  ["https://example.com", "example.org", false],
  ["https://example.com", "notexample.com", false],
  ["https://10.0.0.1", "20.0.0.1", false],
  ["http://localhost:5232", "localhost", true],
  ["http://localhost:5232", "otherhost", false],
])("whoever typed %s trusts %s: %p", (typed, host, isTrusted) => {
  expect(isOfSite(typed, host)).toBe(isTrusted);
});

test.each([
  ["/a%40b/c d.ics", "https://x.example.com/a@b/c%20d.ics"],
  ["https://y.example.com/%7Ea/%zz.ics", "https://x.example.com/~a/%zz.ics"],
  ["http://[", "https://x.example.com/cal/"],
])("the href %s is %s", (href, url) => {
  expect(urlOf(href, "https://x.example.com/cal/")).toBe(url);
});
