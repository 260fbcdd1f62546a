// Connecting Google and Microsoft: who begins is who connects, and what was granted is looked at.
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { open } from "../../src/secret-box.ts";
import { listening } from "../support/http.ts";
import { makeHost } from "../support/make.ts";
import { client, NOW } from "../support/world.ts";
import { begin, calendarsOf, comeBack, connectBy, rows, scene } from "./support/scene.ts";

const it = await scene();
afterAll(() => it.stop());
beforeEach(() => {
  it.world.setNow(NOW.toString());
  it.google.scope = undefined;
  it.google.faults = {};
  for (const fake of Object.values(it.fakes)) fake.fails = null;
});

const connections = () => rows(it, "select id, version from calendar_connections order by id");
const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => [
  status,
  body.code,
];

describe.each(["google", "microsoft"] as const)("%s", (by) => {
  test("is asked for lasting access by the code flow with PKCE, and for no more than calendars", async () => {
    const { authorizationUrl } = await begin(it, it.host, by);
    const asked = Object.fromEntries(new URL(authorizationUrl).searchParams);
    expect(asked).toMatchObject({
      response_type: "code",
      code_challenge_method: "S256",
      redirect_uri: `http://kalends.test/api/v1/calendar/callback/${by}`,
    });
    expect(asked["state"]).toMatch(/^[\w-]{43}$/);
    if (by === "google") {
      expect(asked["access_type"]).toBe("offline");
      expect(asked["prompt"]?.split(" ")).toContain("consent");
      expect(asked["include_granted_scopes"]).toBe("true");
      expect(asked["scope"]).toBe(
        "openid email https://www.googleapis.com/auth/calendar.events https://www.googleapis.com/auth/calendar.calendarlist.readonly",
      );
    } else expect(asked["scope"]).toContain("offline_access User.Read Calendars.ReadWrite");
  });

  test("is connected in the browser that began, with its main calendar chosen, and nothing plain is stored", async () => {
    const host = await makeHost(it.world);
    const id = await connectBy(it, by, host);
    const { body } = await it.api("GET", "/calendar/integrations", { token: host.token });
    expect(body.data).toMatchObject([
      { id, provider: by, health: "ok", calendars: 3, checkedCalendars: 1, lastSyncedAt: null },
    ]);
    expect(await calendarsOf(it, id, host)).toMatchObject({
      "Ada Lovelace": { checksConflicts: true, isDestination: true, isPrimary: true },
      "Calendar work": { checksConflicts: false, isDestination: false },
      "Calendar holidays": { checksConflicts: false, canWrite: false },
    });
    const [row] = await rows(it, "select * from calendar_connections where id = $1", id);
    for (const token of it[by].issued) expect(JSON.stringify(row)).not.toContain(token);
    const place = { table: "calendar_connections", column: "credentials", id };
    expect(JSON.parse(open(it.world, place, row?.["credentials"] as string))).toMatchObject({
      kind: "token",
      expiresAt: "2026-11-22T11:00:00Z",
    });
    const promised = await rows(
      it,
      `select o.kind from outbox o join calendars c on c.id = o.subject_id
       where c.connection_id = $1 and o.queue = 'calendar-sync'`,
      id,
    );
    expect(promised).toMatchObject([{ kind: "calendar.sync" }]);
  });
});

test("several accounts are connected beside each other, and one destination stays", async () => {
  const host = await makeHost(it.world);
  await connectBy(it, "google", host);
  it.google.claims = { sub: "google-2", email: "work@gmail.example" };
  await connectBy(it, "google", host);
  await connectBy(it, "microsoft", host);
  it.google.claims = { sub: "google-1", email: "ada@gmail.example" };
  const { body } = await it.api("GET", "/calendar/integrations", { token: host.token });
  expect(body.data.map(({ account }: { account: string }) => account)).toEqual([
    "ada@outlook.example",
    "work@gmail.example",
    "ada@gmail.example",
  ]);
  const chosen = await rows(
    it,
    "select count(*) filter (where checks_conflicts)::int as checked, count(*) filter (where is_destination)::int as written from calendars where user_id = $1",
    host.id,
  );
  expect(chosen).toEqual([{ checked: 3, written: 1 }] as never);
});

test("the same account once more renews the connection with what was chosen, and drops calendars that are gone", async () => {
  const host = await makeHost(it.world);
  const id = await connectBy(it, "google", host);
  await rows(
    it,
    `update calendar_connections set status = 'needs_reauth', failing_since = now(), told_at = now(), last_error = 'x'
     where id = $1`,
    id,
  );
  await rows(it, "update calendars set checks_conflicts = true where connection_id = $1", id);
  const before = it.fakes.google.calendars;
  it.fakes.google.calendars = before.filter(({ externalId }) => externalId !== "work");
  expect(await connectBy(it, "google", host)).toBe(id);
  it.fakes.google.calendars = before;
  const { body } = await it.api("GET", "/calendar/integrations", { token: host.token });
  expect(body.data).toMatchObject([{ id, health: "ok", failingSince: null, lastError: null }]);
  expect(await calendarsOf(it, id, host)).toMatchObject({
    "Ada Lovelace": { checksConflicts: true, isDestination: true },
    "Calendar holidays": { checksConflicts: true },
  });
  const audit = await rows(
    it,
    "select action from audit_log where subject_id = $1 order by created_at, action",
    id,
  );
  expect(audit.map(({ action }) => action)).toEqual(["CALENDAR_CONNECTED", "CALENDAR_RECONNECTED"]);
});

describe("what somebody else's browser brings back", () => {
  test("connects nothing by itself, and nothing for whoever sits there", async () => {
    const attacker = await makeHost(it.world);
    const victim = await makeHost(it.world);
    const before = await connections();
    const { authorizationUrl } = await begin(it, attacker);
    const back = await it.google.consent(authorizationUrl);
    const landed = await comeBack(it.api, back, null);
    expect(landed.status).toBe(200);
    const { calendarCode: code } = landed.body;
    expect(await connections()).toEqual(before);
    const tried = await it.api("POST", "/calendar/connect/complete", {
      token: victim.token,
      body: { code },
    });
    expect(codeOf(tried)).toEqual([400, "invalid_code"]);
    expect(await connections()).toEqual(before);
  });

  test("connects for the user who began, once, by the code and his token", async () => {
    const host = await makeHost(it.world);
    const { authorizationUrl } = await begin(it, host);
    const back = await it.google.consent(authorizationUrl);
    const { body } = await comeBack(it.api, back, null);
    const complete = () =>
      it.api("POST", "/calendar/connect/complete", {
        token: host.token,
        body: { code: body.calendarCode },
      });
    const answers = await Promise.all([complete(), complete(), complete()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 400, 400]);
    expect(answers.find(({ status }) => status === 201)?.body).toMatchObject({
      provider: "google",
      account: "ada@gmail.example",
    });
    // The state is spent, also in the right browser.
    expect(codeOf(await comeBack(it.api, back, null))).toEqual([400, "invalid_state"]);
  });

  test("is not the cookie of another attempt", async () => {
    const host = await makeHost(it.world);
    const mine = await begin(it, host);
    const theirs = await begin(it, await makeHost(it.world));
    const landed = await comeBack(
      it.api,
      await it.google.consent(theirs.authorizationUrl),
      mine.cookie,
    );
    expect(landed.body).toHaveProperty("calendarCode");
  });
});

test("a state is refused that is over, unknown, used, or of the other provider", async () => {
  const { authorizationUrl, cookie } = await begin(it, it.host);
  const back = await it.google.consent(authorizationUrl);
  const other = new URL(String(back).replace("/google", "/microsoft"));
  expect(codeOf(await comeBack(it.api, other, cookie))).toEqual([400, "invalid_state"]);
  it.world.setNow(NOW.add({ minutes: 10 }).toString());
  expect(codeOf(await comeBack(it.api, back, cookie))).toEqual([400, "invalid_state"]);
  it.world.setNow(NOW.toString());
  expect((await comeBack(it.api, back, cookie)).status).toBe(200);
  expect(codeOf(await comeBack(it.api, back, cookie))).toEqual([400, "invalid_state"]);
  back.searchParams.set("state", "x");
  expect(codeOf(await comeBack(it.api, back, cookie))).toEqual([400, "invalid_state"]);
});

test("somebody who is suspended on the way connects nothing", async () => {
  const host = await makeHost(it.world);
  const before = await connections();
  const { authorizationUrl, cookie } = await begin(it, host);
  await rows(it, "update users set status = 'SUSPENDED' where id = $1", host.id);
  const answer = await comeBack(it.api, await it.google.consent(authorizationUrl), cookie);
  expect(codeOf(answer)).toEqual([403, "account_inactive"]);
  expect(await connections()).toEqual(before);
});

describe("nothing is connected, and it is said why, where", () => {
  const refused = async (prepare: () => void, agrees = true) => {
    const host = await makeHost(it.world);
    const before = await connections();
    const { authorizationUrl, cookie } = await begin(it, host);
    prepare();
    const answer = await comeBack(
      it.api,
      await it.google.consent(authorizationUrl, agrees),
      cookie,
    );
    expect(await connections()).toEqual(before);
    return answer;
  };

  test("a scope was unticked", async () => {
    const answer = await refused(() => {
      it.google.scope = "openid email https://www.googleapis.com/auth/calendar.events";
    });
    expect(codeOf(answer)).toEqual([422, "calendar_scope_missing"]);
    expect(answer.body.detail).toContain("leave everything ticked");
  });

  test("the user declined", async () => {
    expect(codeOf(await refused(() => {}, false))).toEqual([400, "calendar_denied"]);
  });

  test("the calendars cannot be listed", async () => {
    const down = await refused(() => {
      it.fakes.google.fails = "temporary";
    });
    expect(codeOf(down)).toEqual([422, "calendar_unreachable"]);
    const shut = await refused(() => {
      it.fakes.google.fails = "forbidden";
    });
    expect(codeOf(shut)).toEqual([422, "calendar_refused"]);
  });

  test("the token endpoint breaks", async () => {
    const answer = await refused(() => {
      it.google.faults = { token: () => new Response("<html>", { status: 502 }) };
    });
    expect(codeOf(answer)).toEqual([502, "provider_failed"]);
  });
});

test("broader scopes and Microsoft's long ones are enough", async () => {
  it.google.scope = "openid https://www.googleapis.com/auth/calendar";
  await connectBy(it, "google", await makeHost(it.world));
  it.microsoft.scope = "openid profile https://graph.microsoft.com/calendars.readwrite";
  await connectBy(it, "microsoft", await makeHost(it.world));
  it.microsoft.scope = null;
  await connectBy(it, "microsoft", await makeHost(it.world));
  it.microsoft.scope = undefined;
});

test("a browser without a frontend sees a page", async () => {
  const page = async (cookie: (begun: string) => string | null, agrees = true) => {
    const begun = await begin(it, await makeHost(it.world));
    const back = await it.google.consent(begun.authorizationUrl, agrees);
    return comeBack(it.api, back, cookie(begun.cookie), "text/html,*/*");
  };
  const done = await page((cookie) => cookie);
  expect([done.status, done.text]).toEqual([200, expect.stringContaining("calendar is connected")]);
  expect(done.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect((await page(() => null)).text).toContain("One more step");
  const declined = await page((cookie) => cookie, false);
  expect([declined.status, declined.text]).toEqual([
    400,
    expect.stringContaining("calendar is not connected"),
  ]);
  expect(declined.text).not.toContain("<script>alert");
});

test("with a frontend the browser is sent there with what came of it", async () => {
  const world = {
    ...it.world,
    config: { ...it.world.config, FRONTEND_URL: "https://app.kalends.test/start" },
  };
  const api = client(world);
  const host = await makeHost(world);
  const land = async (withCookie: boolean, agrees = true) => {
    const begun = await begin({ api }, host, "google", { returnTo: "/calendars?a=1" });
    const back = await it.google.consent(begun.authorizationUrl, agrees);
    const answer = await comeBack(api, back, withCookie ? begun.cookie : null, "text/html");
    expect(answer.status).toBe(302);
    return new URL(answer.headers.get("location") ?? "");
  };
  const done = await land(true);
  expect(`${done.origin}${done.pathname}`).toBe("https://app.kalends.test/calendars");
  expect([...done.searchParams.keys()]).toEqual(["a", "integrationId"]);
  expect((await land(false)).searchParams.get("calendarCode")).toMatch(/^[\w-]{43}$/);
  expect((await land(true, false)).searchParams.get("error")).toBe("calendar_denied");
  const elsewhere = await api("POST", "/calendar/connect/google", {
    token: host.token,
    body: { returnTo: "https://attacker.example/" },
  });
  expect(elsewhere.status).toBe(422);
});

test("no log holds a token, a code or a state", async () => {
  const heard = listening(it.world);
  const api = client({ ...heard.world, calendars: it.fakes });
  const host = await makeHost(it.world);
  const begun = await begin({ api }, host);
  const back = await it.google.consent(begun.authorizationUrl);
  await comeBack(api, back, begun.cookie);
  expect(heard.written()).toContain("/calendar/callback/google");
  for (const secret of [
    back.searchParams.get("code"),
    back.searchParams.get("state"),
    begun.cookie.split("=")[1],
    ...it.google.issued,
  ])
    expect(heard.written()).not.toContain(secret ?? "nothing");
});
