// A calendar at an address: read politely, and only if it is one.
import { describe, expect, test } from "bun:test";
import type { ServerResponse } from "node:http";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { CalendarFailure } from "../../src/calendars/failure.ts";
import { makeIcs } from "../../src/calendars/ics.ts";
import type { ChangesPage } from "../../src/calendars/provider.ts";
import { listening } from "../support/http.ts";
import { testWorld } from "../support/world.ts";

const world = await testWorld({ OUTBOUND_ALLOW_PRIVATE: "true" });
const guarded = await testWorld();
const provider = makeIcs(world);
const WINDOW = {
  start: Temporal.Instant.from("2026-11-21T00:00:00Z"),
  end: Temporal.Instant.from("2027-06-01T00:00:00Z"),
};

const feed = (events: string, head = "X-WR-CALNAME:Team\\, all\nX-WR-TIMEZONE:Asia/Tokyo") =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${head}\r\n${events}\r\nEND:VCALENDAR\r\n`;
const event = (uid: string, lines = "DTSTART:20261201T100000Z\nDTEND:20261201T110000Z") =>
  `BEGIN:VEVENT\nUID:${uid}\nSUMMARY:Secret plans\n${lines}\nEND:VEVENT`;

type Serve = (request: IncomingMessage, response: ServerResponse) => void;
async function serving(serve: Serve) {
  const heard: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    heard.push(request);
    serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    heard,
    url: `http://127.0.0.1:${port}/private-123/basic.ics`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function changes(
  url: string,
  cursor: string | null = null,
  from = provider,
  window = WINDOW,
) {
  const pages: ChangesPage[] = [];
  const access = { kind: "url", url } as const;
  const asked = { calendar: "feed", cursor, window, timeZone: "Europe/Berlin" };
  for await (const page of from.changes(access, asked)) pages.push(page);
  expect(pages.length).toBe(1);
  return pages[0]!;
}

const failureOf = async (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => "went well",
    (error) =>
      error instanceof CalendarFailure ? { kind: error.kind, message: error.message } : error,
  );

test("is listed by its own name, else by its host, and never by its address", async () => {
  let head: string | undefined;
  await using server = await serving((_, response) => response.end(feed(event("a"), head)));
  const access = { kind: "url", url: server.url } as const;
  const listed = await provider.listCalendars(access);
  expect(listed).toEqual([
    {
      externalId: "feed",
      name: "Team, all",
      timeZone: "Asia/Tokyo",
      isPrimary: true,
      canWrite: false,
      conferences: [],
    },
  ]);
  head = "PRODID:x";
  expect(await provider.listCalendars(access)).toMatchObject([
    { name: "127.0.0.1", timeZone: null },
  ]);
});

test("blocks what it holds, by UID, days in its own zone", async () => {
  const events = [
    event("a"),
    event("b", "DTSTART;VALUE=DATE:20261224"),
    event("c", "DTSTART:20261201T100000Z\nDTEND:20261201T110000Z\nTRANSP:TRANSPARENT"),
  ];
  await using server = await serving((_, response) =>
    response.end(`\uFEFF${feed(events.join("\n"))}`),
  );
  const { resources, isFull } = await changes(server.url);
  expect(isFull).toBe(true);
  expect(
    resources.map(({ externalId, busy }) => [
      externalId,
      ...busy.map(({ start, end }) => `${start}/${end}`),
    ]),
  ).toEqual([
    ["a", "2026-12-01T10:00:00Z/2026-12-01T11:00:00Z"],
    ["b", "2026-12-23T15:00:00Z/2026-12-24T15:00:00Z"],
    ["c"],
  ]);
});

describe("asked again", () => {
  test.each([
    ["etag", 'W/"7"', "if-none-match"],
    ["last-modified", "Sat, 28 Nov 2026 00:00:00 GMT", "if-modified-since"],
  ])("it says by %s that nothing has changed", async (name, value, asks) => {
    await using server = await serving((request, response) =>
      request.headers[asks] === value
        ? response.writeHead(304).end()
        : response.writeHead(200, { [name]: value }).end(feed(event("a"))),
    );
    const { cursor } = await changes(server.url);
    expect(await changes(server.url, cursor)).toEqual({ resources: [], isFull: false, cursor });
    expect(server.heard[1]?.headers[asks]).toBe(value);
  });

  test("it is compared where the server says neither", async () => {
    let text = feed(event("a"));
    await using server = await serving((_, response) => response.end(text));
    const { cursor } = await changes(server.url);
    expect(await changes(server.url, cursor)).toEqual({ resources: [], isFull: false, cursor });
    text = feed(event("b"));
    const changed = await changes(server.url, cursor);
    expect([changed.isFull, changed.resources.map(({ externalId }) => externalId)]).toEqual([
      true,
      ["b"],
    ]);
  });

  test("for a later window it is read anew, unchanged or not", async () => {
    await using server = await serving((request, response) =>
      request.headers["if-none-match"]
        ? response.writeHead(304).end()
        : response
            .writeHead(200, { etag: '"1"' })
            .end(feed(event("a", "DTSTART:20261201T100000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY"))),
    );
    const { cursor, resources } = await changes(server.url);
    const later = { start: WINDOW.start, end: WINDOW.end.add({ hours: 24 * 31 }) };
    const moved = await changes(server.url, cursor, provider, later);
    expect(moved.resources[0]!.busy.length).toBe(resources[0]!.busy.length + 2);
  });
});

describe("is refused with a reason", () => {
  test.each<[what: string, serve: Serve, failure: { kind: string; message?: RegExp }]>([
    [
      "as a web page",
      (_, response) => response.end("\n<!DOCTYPE html><html>"),
      { kind: "refused", message: /web page/ },
    ],
    [
      "as anything else",
      (_, response) => response.end("hello"),
      { kind: "refused", message: /not lead to a calendar/ },
    ],
    [
      "when it is too long",
      (_, response) => response.end(feed("x".repeat(11_000_000))),
      { kind: "refused", message: /too long/ },
    ],
    [
      "when it unpacks to too much",
      (_, response) =>
        response
          .writeHead(200, { "content-encoding": "gzip" })
          .end(gzipSync(Buffer.alloc(30_000_000))),
      { kind: "refused", message: /too long/ },
    ],
    [
      "when it breaks off",
      (_, response) => response.end(feed(event("a")).slice(0, -20)),
      { kind: "temporary", message: /breaks off/ },
    ],
    [
      "when its secret is no longer one",
      (_, response) => response.writeHead(401).end(),
      { kind: "forbidden" },
    ],
    ["when it is gone", (_, response) => response.writeHead(410).end(), { kind: "not_found" }],
    [
      "when its server is too busy",
      (_, response) => response.writeHead(429, { "retry-after": "30" }).end(),
      { kind: "throttled" },
    ],
    [
      "when its server is broken",
      (_, response) => response.writeHead(500).end(),
      { kind: "temporary" },
    ],
    ["when its server hangs up", (request) => request.socket.destroy(), { kind: "temporary" }],
  ])("%s", async (_what, serve, { kind, message = /./ }) => {
    await using server = await serving(serve);
    expect(await failureOf(changes(server.url))).toEqual({
      kind,
      message: expect.stringMatching(message),
    });
  });

  test("when it lies inside, and no connection is made", async () => {
    await using server = await serving((_, response) => response.end(feed(event("a"))));
    const failure = { kind: "refused", message: expect.any(String) };
    expect(await failureOf(changes(server.url, null, makeIcs(guarded)))).toEqual(failure);
    expect(server.heard).toEqual([]);
  });
});

test("webcal means https", async () => {
  const asked: string[] = [];
  const named = {
    ...guarded,
    resolve: async (name: string) => {
      asked.push(name);
      return ["127.0.0.1"];
    },
  };
  const failure = await failureOf(
    changes("webcal://calendars.example.com/a.ics", null, makeIcs(named)),
  );
  expect([failure, asked]).toEqual([
    { kind: "refused", message: "The address must lead to a public address" },
    ["calendars.example.com"],
  ]);
});

test("cannot be written", async () => {
  const access = { kind: "url", url: "https://example.com/a.ics" } as const;
  expect(await failureOf(provider.remove(access, "feed", "a"))).toMatchObject({
    kind: "forbidden",
  });
  expect(await failureOf(provider.write(access, "feed", {} as never, null))).toMatchObject({
    kind: "forbidden",
  });
  expect([
    await provider.read(access, "feed", "a"),
    await provider.watch(access, "feed", {} as never),
  ]).toEqual([null, null]);
});

test("a broken event costs no other, is noted, and nothing of it is in the log", async () => {
  const { world: heardWorld, written } = listening(world);
  const broken = `BEGIN:VEVENT\nUID:broken\nSUMMARY:Secret plans\n;;;\n:::\nEND:VEVENT`;
  await using server = await serving((_, response) =>
    response.end(
      feed(
        `${broken}\n${event("a")}\n${event("b", "DTSTART:20261201T100000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY")}`,
      ),
    ),
  );
  const { resources } = await changes(server.url, null, makeIcs(heardWorld));
  expect(
    resources.filter(({ busy }) => busy.length === 1).map(({ externalId }) => externalId),
  ).toEqual(["a", "b"]);
  expect(written()).toContain("cannot be read");
  expect(written()).not.toMatch(/Secret|private-123/);
});
