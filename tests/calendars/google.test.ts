// Google's calendars and channels, and what goes wrong with any request.
import { describe, expect, test } from "bun:test";
import type { Access, CalendarProvider } from "../../src/calendars/provider.ts";
import { newId } from "../../src/db/id.ts";
import { refusal } from "../support/google-events.ts";
import type { Reply } from "../support/vendor.ts";
import { draft, googleHere, HOME, NOW } from "./support/google.ts";

describe("calendars", () => {
  test("are all listed, over pages, hidden ones too, each with what it can", async () => {
    await using here = await googleHere();
    const { google } = here;
    google.addCalendar(HOME, {
      primary: true,
      summary: HOME,
      summaryOverride: "Ada",
      timeZone: "Europe/Vienna",
    });
    google.addCalendar("team@group.calendar.google.com", {
      accessRole: "writer",
      hidden: true,
      conferenceProperties: { allowedConferenceSolutionTypes: ["eventHangout"] },
    });
    google.addCalendar("boss@example.com", { accessRole: "freeBusyReader" });
    google.state.longestPage = 1;
    expect(await here.provider.listCalendars(here.access)).toEqual([
      {
        externalId: HOME,
        name: "Ada",
        timeZone: "Europe/Vienna",
        isPrimary: true,
        canWrite: true,
        conferences: ["google_meet"],
      },
      {
        externalId: "team@group.calendar.google.com",
        name: "team@group.calendar.google.com",
        timeZone: "Europe/Berlin",
        isPrimary: false,
        canWrite: true,
        conferences: [],
      },
      {
        externalId: "boss@example.com",
        name: "boss@example.com",
        timeZone: "Europe/Berlin",
        isPrimary: false,
        canWrite: false,
        conferences: ["google_meet"],
      },
    ]);
  });

  test("of any id are asked for by it", async () => {
    await using here = await googleHere();
    const id = "en.german#holiday@group.v.calendar.google.com/../x?y=1";
    here.google.addCalendar(id);
    here.google.addEvent(id, { start: { date: "2026-12-25" }, end: { date: "2026-12-26" } });
    const { access, google } = here;
    const events = here.provider.changes(access, {
      calendar: id,
      cursor: null,
      window: { start: NOW, end: NOW.add({ hours: 24 * 60 }) },
    });
    expect((await Array.fromAsync(events))[0]?.resources.length).toBe(1);
    expect(google.heard.length).toBe(1);
  });
});

describe("channels", () => {
  const CHANNEL = { id: newId(), secret: "s".repeat(43), url: "https://kalends.test/push/google" };

  test("are asked for with id, secret and the longest life, and tell when they end", async () => {
    await using here = await googleHere();
    const channel = await here.provider.watch(here.access, HOME, CHANNEL);
    expect(channel).toEqual({
      externalId: CHANNEL.id,
      resourceId: expect.any(String),
      expiresAt: NOW.add({ hours: 7 * 24 }),
    });
    expect(here.google.heard[0]?.body).toEqual({
      id: CHANNEL.id,
      type: "web_hook",
      address: CHANNEL.url,
      token: CHANNEL.secret,
      params: { ttl: "604800" },
    });
  });

  test("that do not say when they end are taken to live as long as they may", async () => {
    await using here = await googleHere();
    here.google.next.push({ status: 200, body: { id: CHANNEL.id, resourceId: "r" } });
    const channel = await here.provider.watch(here.access, HOME, CHANNEL);
    expect(channel?.expiresAt).toEqual(NOW.add({ hours: 7 * 24 }));
  });

  test("there are none of a calendar that pushes nothing", async () => {
    await using here = await googleHere();
    here.google.addCalendar("holidays", { canPush: false });
    expect(await here.provider.watch(here.access, "holidays", CHANNEL)).toBeNull();
  });

  test("to an address that Google does not call are refused; no token mends that", async () => {
    await using here = await googleHere();
    const watch = (url = CHANNEL.url) =>
      here.provider.watch(here.access, HOME, { ...CHANNEL, url });
    await expect(watch("http://kalends.test/push")).rejects.toMatchObject({ kind: "refused" });
    here.google.next.push(refusal(401, "push.webhookUrlUnauthorized"));
    await expect(watch()).rejects.toMatchObject({ kind: "refused" });
    expect(here.rejected).toEqual([undefined, undefined]);
  });

  test("are stopped, and again", async () => {
    await using here = await googleHere();
    const channel = await here.provider.watch(here.access, HOME, CHANNEL);
    await here.provider.unwatch(here.access, channel!);
    expect(here.google.watching.channels.size).toBe(0);
    await here.provider.unwatch(here.access, channel!);
    await here.provider.unwatch(here.access, { externalId: CHANNEL.id, resourceId: null });
    expect(here.google.heard.length).toBe(3);
  });
});

describe("a failure", () => {
  const DAILY = { domain: "usageLimits" };
  const cases: [string, Reply, { kind: string; retryAfterSeconds?: number | null }][] = [
    ["400", refusal(400, "invalid"), { kind: "refused" }],
    ["403 rateLimitExceeded", refusal(403, "rateLimitExceeded", DAILY), { kind: "throttled" }],
    ["403 userRateLimitExceeded", refusal(403, "userRateLimitExceeded"), { kind: "throttled" }],
    ["403 quotaExceeded", refusal(403, "quotaExceeded", DAILY), { kind: "throttled" }],
    ["403 dailyLimitExceeded", refusal(403, "dailyLimitExceeded", DAILY), { kind: "throttled" }],
    ["403 calendarUsageLimits", refusal(403, "calendarUsageLimits"), { kind: "throttled" }],
    ["403 forbidden", refusal(403, "forbidden"), { kind: "forbidden" }],
    ["403 of another's event", refusal(403, "forbiddenForNonOrganizer"), { kind: "forbidden" }],
    [
      "403 of an API not enabled",
      refusal(403, "accessNotConfigured", DAILY),
      { kind: "forbidden" },
    ],
    ["403 of a missing scope", refusal(403, "insufficientPermissions"), { kind: "needs_reauth" }],
    ["404", refusal(404, "notFound"), { kind: "not_found" }],
    ["408", refusal(408, "timeout"), { kind: "temporary" }],
    ["409", refusal(409, "conflict"), { kind: "changed" }],
    ["412", refusal(412, "conditionNotMet"), { kind: "changed" }],
    [
      "429 with Retry-After",
      refusal(429, "rateLimitExceeded", { headers: { "retry-after": "7" } }),
      { kind: "throttled", retryAfterSeconds: 7 },
    ],
    [
      "429 without",
      refusal(429, "rateLimitExceeded"),
      { kind: "throttled", retryAfterSeconds: null },
    ],
    [
      "403 with Retry-After",
      refusal(403, "rateLimitExceeded", { headers: { "retry-after": "31" } }),
      { kind: "throttled", retryAfterSeconds: 31 },
    ],
    ["500", refusal(500, "backendError"), { kind: "temporary" }],
    [
      "503 with Retry-After",
      refusal(503, "backendError", { headers: { "retry-after": "120" } }),
      { kind: "temporary", retryAfterSeconds: 120 },
    ],
    [
      "a page of a proxy",
      { status: 502, body: "<html>Ada</html>", headers: { "content-type": "text/html" } },
      { kind: "temporary" },
    ],
    ["a cut connection", "cut", { kind: "temporary" }],
    [
      "garbage",
      { status: 200, body: "{", headers: { "content-type": "application/json" } },
      { kind: "temporary" },
    ],
  ];
  for (const [what, reply, wanted] of cases)
    test(`${what} is ${wanted.kind}, after one try`, async () => {
      await using here = await googleHere();
      here.google.next.push(reply);
      const failure = await failureOf(() => here.provider.listCalendars(here.access));
      expect(failure).toMatchObject({ name: "CalendarFailure", ...wanted });
      expect(here.google.heard.length).toBe(1);
    });

  test("of a redirect is temporary, and a token goes nowhere else", async () => {
    await using here = await googleHere();
    await using elsewhere = await googleHere();
    const location = `${elsewhere.google.url}/calendar/v3/users/me/calendarList`;
    here.google.next.push({ status: 307, headers: { location } });
    const failure = await failureOf(() => here.provider.listCalendars(here.access));
    expect(failure).toMatchObject({ kind: "temporary" });
    expect(elsewhere.google.heard).toEqual([]);
  });

  test("no connection at all is temporary", async () => {
    const here = await googleHere();
    await here[Symbol.asyncDispose]();
    const failure = await failureOf(() => here.provider.listCalendars(here.access));
    expect(failure).toMatchObject({ kind: "temporary" });
  });

  test("of an answer that never comes, or trickles for ever, is temporary, in time", async () => {
    for (const reply of ["hang", "trickle"] as const) {
      await using here = await googleHere({ deadlineMs: 200 });
      here.google.next.push(reply);
      const failure = await failureOf(() => here.provider.listCalendars(here.access));
      expect(failure).toMatchObject({ kind: "temporary" });
      expect(here.google.heard.length).toBe(1);
    }
  });

  test("of an answer that is too long is temporary: it is not read to its end", async () => {
    await using here = await googleHere({ maxBytes: 1000 });
    here.google.addCalendar("long", { summary: "x".repeat(1000) });
    const failure = await failureOf(() => here.provider.listCalendars(here.access));
    expect(failure).toMatchObject({ kind: "temporary" });
  });

  test("names neither token nor title, nor whose calendar it is", async () => {
    await using here = await googleHere();
    const replies: Reply[] = [
      refusal(403, "forbidden", { message: `No Secret for ${HOME} with token-1` }),
      refusal(400, "Secret plans", { message: "Secret" }),
      "cut",
      { status: 500, body: `Secret token-1 ${HOME}` },
      { status: 200, body: { summary: "Secret" } },
    ];
    for (const reply of replies) {
      here.google.next.push(reply);
      const wanted = draft({ summary: "Secret", description: "Secret" });
      const failure = await failureOf(() => here.provider.write(here.access, HOME, wanted, null));
      const said = `${failure}${JSON.stringify(failure)}${Bun.inspect(failure)}`;
      expect(`${failure}`).toMatch(
        /^CalendarFailure: google events\.insert: (no answer \(\w+\)|\d{3}( \w+)?|an answer that cannot be read)$/,
      );
      expect(said).not.toMatch(/Secret|token-1|ada@/);
    }
  });
});

describe("a token", () => {
  test("that is refused is replaced once, and the request goes on with the new one", async () => {
    await using here = await googleHere();
    here.google.tokens.delete("token-1");
    here.google.tokens.add("token-2");
    const made = await here.provider.write(here.access, HOME, draft(), null);
    expect(made.externalId).toStartWith("kalends");
    expect(here.rejected).toEqual([undefined, "token-1"]);
    expect(here.google.heard.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
  });

  test("that is refused after that needs its owner", async () => {
    await using here = await googleHere();
    here.google.tokens.clear();
    const failure = await failureOf(() => here.provider.listCalendars(here.access));
    expect(failure).toMatchObject({ kind: "needs_reauth" });
    expect(here.google.heard.length).toBe(2);
    expect(here.rejected).toEqual([undefined, "token-1"]);
  });

  test("is all that Google takes", async () => {
    await using here = await googleHere();
    const access: Access = { kind: "url", url: here.google.url };
    const failure = await failureOf(() => here.provider.listCalendars(access));
    expect(failure).toMatchObject({ kind: "refused" });
    expect(here.google.heard.length).toBe(0);
  });
});

test("Google's client is loaded by the first request, not with the provider", async () => {
  const look = `
    import { makeGoogle } from "./src/calendars/google.ts";
    const isLoaded = () => Object.keys(require.cache).some((each) => each.includes("@googleapis"));
    const provider = makeGoogle({ config: { GOOGLE_BASE_URL: "http://127.0.0.1:9" }, now: () => null });
    const before = isLoaded();
    await provider.listCalendars({ kind: "token", token: async () => "t" }).catch(() => {});
    console.log(JSON.stringify([before, isLoaded()]));`;
  const { stdout } = Bun.spawnSync([process.execPath, "-e", look], {
    cwd: `${import.meta.dir}/../..`,
  });
  expect(JSON.parse(`${stdout}`)).toEqual([false, true]);
});

async function failureOf(attempt: () => Promise<unknown>): Promise<unknown> {
  try {
    await attempt();
  } catch (error) {
    return error;
  }
  throw new Error("It did not fail");
}

test("is a provider by name", async () => {
  await using here = await googleHere();
  const provider: CalendarProvider = here.provider;
  expect(provider.name).toBe("google");
});
