import { describe, expect, test } from "bun:test";
import { CalendarFailure } from "../../src/calendars/failure.ts";
import type { Access } from "../../src/calendars/provider.ts";
import { eventually } from "../support/eventually.ts";
import { type Account, failureOf, openAccount } from "./microsoft-world.ts";

describe("a refusal", () => {
  test.each([
    [400, "ErrorInvalidRequest", "refused"],
    [401, "InvalidAuthenticationToken", "needs_reauth"],
    [403, "ErrorAccessDenied", "forbidden"],
    [404, "ErrorItemNotFound", "not_found"],
    [400, "ErrorInvalidIdMalformed", "not_found"],
    [404, "MailboxNotEnabledForRESTAPI", "forbidden"],
    [405, "MethodNotAllowed", "refused"],
    [408, "RequestTimeout", "temporary"],
    [409, "ErrorIrresolvableConflict", "changed"],
    [410, "Gone", "cursor_expired"],
    [400, "ResyncRequired", "cursor_expired"],
    [412, "PreconditionFailed", "changed"],
    [413, "RequestTooLarge", "refused"],
    [429, "ApplicationThrottled", "throttled"],
    [500, "InternalServerError", "temporary"],
    [502, "BadGateway", "temporary"],
    [503, "ServiceUnavailable", "temporary"],
    [504, "GatewayTimeout", "temporary"],
    [302, "Found", "temporary"],
  ] as const)("with %d %s is %s", async (status, code, kind) => {
    const { graph, provider, access } = await openAccount();
    // A token that is refused is tried once more with another one.
    graph.next.push({ status, code }, ...(status === 401 ? [{ status, code }] : []));
    const failure = await failureOf(provider.listCalendars(access));
    expect(failure).toMatchObject({ kind, retryAfterSeconds: null });
    expect(failure.message).toContain(`${status}`);
    expect(failure.message).toContain(code);
    expect(graph.heard).toHaveLength(status === 401 ? 2 : 1);
  });

  test.each([429, 503, 504, 500])(
    "with %d that says when to come back is honoured to the second",
    async (status) => {
      const { graph, provider, access } = await openAccount();
      graph.next.push({ status, code: "x", headers: { "retry-after": "137" } });
      expect(await failureOf(provider.listCalendars(access))).toMatchObject({
        kind: "throttled",
        retryAfterSeconds: 137,
      });
      // Nobody slept, and nobody asked again.
      expect(graph.heard).toHaveLength(1);
    },
  );

  test.each(["Wed, 21 Oct 2026 07:28:00 GMT", "-1", "soon", "99999999"])(
    "that says %p names no time",
    async (retryAfter) => {
      const { graph, provider, access } = await openAccount();
      graph.next.push({ status: 429, headers: { "retry-after": retryAfter } });
      expect(await failureOf(provider.listCalendars(access))).toMatchObject({
        kind: "throttled",
        retryAfterSeconds: null,
      });
    },
  );

  test("tells no title, no address and no token of what it was about", async () => {
    const { graph, provider, access, calendar } = await openAccount();
    const secrets = "The event 'Chemotherapy' of ada@example.com, Bearer token-1";
    for (const code of ["ErrorAccessDenied", secrets]) {
      graph.next.push({ status: 403, code, message: secrets });
      const { message, stack } = await failureOf(provider.read(access, calendar, "x"));
      expect(`${message} ${stack}`).not.toMatch(/Chemotherapy|ada@|token-1/);
    }
  });

  /** As many requests at once for each of these, all of them heard before one is answered. */
  async function atOnce({ graph, provider }: Account, accesses: readonly Access[], each: number) {
    const gate = Promise.withResolvers<void>();
    graph.settings.held = gate.promise;
    const asked = accesses.flatMap((access) =>
      Array.from({ length: each }, () => provider.listCalendars(access)),
    );
    const all = Promise.allSettled(asked);
    await eventually(() => expect(graph.heard).toHaveLength(asked.length));
    gate.resolve();
    return (await all).flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  }

  test("of more than four requests at once is throttled, not lost", async () => {
    const account = await openAccount();
    const failed = await atOnce(account, [account.access], 6);
    expect(failed).toHaveLength(2);
    for (const each of failed)
      expect(each).toMatchObject({ kind: "throttled", retryAfterSeconds: 1 });
  });

  test("for too much in one mailbox is none for another one", async () => {
    const account = await openAccount();
    account.graph.tokens.set("token-bob", "bob");
    const bob: Access = { kind: "token", token: async () => "token-bob" };
    expect(await atOnce(account, [account.access, bob], 4)).toEqual([]);
  });
});

test("a run of changes asks for one thing at a time", async () => {
  const { graph, calendar, changes } = await openAccount();
  const series = { start: "2026-11-23T09:00:00Z", end: "2026-11-23T10:00:00Z" };
  for (let i = 0; i < 10; i += 1) graph.addSeries(calendar, { ...series, starts: [series.start] });
  const { cursor } = await changes();
  for (const { n } of graph.events) graph.change(`AAkALg-${n}=`, { subject: "Daily" });
  const before = graph.heard.length;
  await changes(cursor);
  expect(graph.heard.length - before).toBe(11);
  expect(graph.mostAtOnce()).toBe(1);
});

describe("a token", () => {
  test("that is refused is changed for another one, once", async () => {
    const account = await openAccount();
    const { graph, provider, access, rejected } = account;
    graph.tokens.clear();
    graph.tokens.set("token-2", "ada");
    expect(await provider.listCalendars(access)).toHaveLength(1);
    expect(rejected).toEqual(["token-1"]);
    expect(graph.heard.map(({ token }) => token)).toEqual(["token-1", "token-2"]);
    expect(graph.heard[1]).toMatchObject({
      path: graph.heard[0]!.path,
      prefer: graph.heard[0]!.prefer,
    });
  });

  test("that is refused again asks for its owner", async () => {
    const { graph, provider, access, rejected } = await openAccount();
    graph.tokens.clear();
    expect(await failureOf(provider.listCalendars(access))).toMatchObject({ kind: "needs_reauth" });
    expect(rejected).toEqual(["token-1"]);
    expect(graph.heard).toHaveLength(2);
  });

  test("that cannot be had fails as whoever gives it says", async () => {
    const { graph, provider } = await openAccount();
    const gone = new CalendarFailure("needs_reauth", "no consent any more");
    const access = { kind: "token" as const, token: () => Promise.reject(gone) };
    expect(await failureOf(provider.listCalendars(access))).toBe(gone);
    expect(graph.heard).toEqual([]);
  });

  test("is the only thing that lets in", async () => {
    const { provider } = await openAccount();
    const access = { kind: "url" as const, url: "https://a.example" };
    expect(await failureOf(provider.listCalendars(access))).toMatchObject({ kind: "needs_reauth" });
  });
});

describe("an answer", () => {
  test.each(["cut", "half", "done, then cut", "html", "nonsense"] as const)(
    "that is broken (%s) is for another time",
    async (mood) => {
      const { graph, provider, access } = await openAccount();
      graph.next.push(mood);
      expect(await failureOf(provider.listCalendars(access))).toMatchObject({ kind: "temporary" });
    },
  );

  test.each(["hang", "trickle"] as const)(
    "that does not come in time (%s) is waited for no longer",
    async (mood) => {
      const { graph, provider, access } = await openAccount({ answerWithinMs: 300 });
      graph.next.push(mood);
      const failure = await failureOf(provider.listCalendars(access));
      expect(failure).toMatchObject({
        kind: "temporary",
        message: expect.stringContaining("Timeout"),
      });
    },
  );

  test("that is too long is not read to its end", async () => {
    const { graph, provider, access } = await openAccount();
    graph.next.push("flood");
    expect(await failureOf(provider.listCalendars(access))).toMatchObject({
      kind: "refused",
      message: "microsoft: an answer is too long",
    });
  });

  test("of a server that is not there is for another time", async () => {
    const { graph, provider, access } = await openAccount();
    await graph[Symbol.asyncDispose]();
    expect(await failureOf(provider.listCalendars(access))).toMatchObject({ kind: "temporary" });
  });

  test("that leads elsewhere is not followed", async () => {
    const { graph, provider, access } = await openAccount();
    const elsewhere = (await openAccount()).graph;
    graph.next.push({ status: 307, headers: { location: `${elsewhere.url}/v1.0/me/calendars` } });
    expect(await failureOf(provider.listCalendars(access))).toMatchObject({ kind: "temporary" });
    expect(elsewhere.heard).toEqual([]);
  });
});

test("the client is loaded by the first request, not before", async () => {
  const program = `
    import { makeMicrosoft } from "./src/calendars/microsoft.ts";
    const config = { MICROSOFT_BASE_URL: "http://127.0.0.1:1" };
    const provider = makeMicrosoft({ config, now: () => null });
    const isLoaded = () =>
      Object.keys(require.cache).some((path) => path.includes("microsoft-graph-client"));
    const before = isLoaded();
    await provider.listCalendars({ kind: "token", token: async () => "1" }).catch(() => {});
    console.log(before, isLoaded());`;
  const run = Bun.spawn([process.execPath, "-e", program], { cwd: `${import.meta.dir}/../..` });
  expect((await new Response(run.stdout).text()).trim()).toBe("false true");
});
