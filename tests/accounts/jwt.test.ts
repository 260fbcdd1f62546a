// Which tokens are believed: ours, of HS256, for this API, of a session that lives.
import { beforeAll, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { tokens } from "../../src/http/auth.ts";
import { type Host, makeHost } from "../support/make.ts";
import { type Api, client, type TestWorld, testWorld } from "../support/world.ts";

let world: TestWorld;
let api: Api;
let host: Host;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
  host = await makeHost(world);
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const seconds = (instant: Temporal.Instant) => Math.floor(instant.epochMilliseconds / 1000);

/** A token as we would make it, but for what is changed; signed with our key. */
function forge(
  change: {
    header?: Record<string, unknown>;
    claims?: Record<string, unknown>;
    hash?: string;
  } = {},
  key = world.config.JWT_SECRET,
): string {
  const now = seconds(world.now());
  const claims = {
    id: host.id,
    email: host.email,
    role: "member",
    sid: host.sessionId,
    gen: 1,
    iss: "kalends",
    aud: "kalends-api",
    iat: now,
    exp: now + 3600,
    ...change.claims,
  };
  const text = `${part({ alg: "HS256", typ: "JWT", ...change.header })}.${part(claims)}`;
  return `${text}.${createHmac(change.hash ?? "sha256", key)
    .update(text)
    .digest("base64url")}`;
}

const ask = async (authorization: string) => {
  const { status, body, headers } = await api("GET", "/users/me", { headers: { authorization } });
  return { status, body, challenge: headers.get("www-authenticate") };
};

test("a token made by hand as we make them is believed, so that the rest prove something", async () => {
  expect((await ask(`Bearer ${forge()}`)).status).toBe(200);
  expect((await ask(`bearer   ${forge()}`)).status).toBe(200);
});

test("our own token says what is promised, and no more", async () => {
  const claims = JSON.parse(Buffer.from(host.token.split(".")[1] ?? "", "base64url").toString());
  expect(Object.keys(claims).toSorted()).toEqual([
    "aud",
    "email",
    "exp",
    "gen",
    "iat",
    "id",
    "iss",
    "role",
    "sid",
  ]);
});

describe("not believed is", () => {
  const past = () => seconds(world.now()) - 1;
  const forged: [what: string, token: () => string][] = [
    ["no signature, alg none", () => `${part({ alg: "none" })}.${host.token.split(".")[1]}.`],
    ["alg none with a signature", () => forge({ header: { alg: "none" } })],
    ["HS384 with our key", () => forge({ header: { alg: "HS384" }, hash: "sha384" })],
    ["HS512 with our key", () => forge({ header: { alg: "HS512" }, hash: "sha512" })],
    ["RS256 in name", () => forge({ header: { alg: "RS256" } })],
    ["another key", () => forge({}, "another secret that is long enough too")],
    ["an empty key", () => forge({}, "")],
    ["a key of its own in the header", () => forge({ header: { jwk: { kty: "oct", k: "" } } }, "")],
    ["another issuer", () => forge({ claims: { iss: "somebody" } })],
    ["no issuer", () => forge({ claims: { iss: undefined } })],
    ["another audience", () => forge({ claims: { aud: "another-api" } })],
    ["no audience", () => forge({ claims: { aud: undefined } })],
    ["an end that is past", () => forge({ claims: { exp: past() } })],
    ["no end", () => forge({ claims: { exp: undefined } })],
    ["no session", () => forge({ claims: { sid: undefined } })],
    ["a session that is no text", () => forge({ claims: { sid: { id: host.sessionId } } })],
    ["a session that is no UUID", () => forge({ claims: { sid: "' or true --" } })],
    [
      "an unknown session",
      () => forge({ claims: { sid: "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e" } }),
    ],
    ["no generation", () => forge({ claims: { gen: undefined } })],
    ["a generation that is no number", () => forge({ claims: { gen: "1" } })],
    ["a generation that is not there yet", () => forge({ claims: { gen: 2 } })],
    ["a generation beyond all", () => forge({ claims: { gen: 2 ** 31 } })],
    ["a time before which it is not good", () => forge({ claims: { nbf: past() + 60 } })],
    [
      "a changed claim",
      () => {
        const [header, , signature] = host.token.split(".");
        return `${header}.${part({ id: host.id, role: "admin" })}.${signature}`;
      },
    ],
    ["a changed signature", () => `${host.token.slice(0, -2)}AA`],
    ["half a token", () => host.token.slice(0, 40)],
    ["no token", () => "undefined"],
    ["a very long one", () => "x".repeat(8000)],
  ];
  const told = async (header: string) => {
    const { status, body, challenge } = await ask(header);
    expect([status, body.code, challenge]).toEqual([401, "unauthorized", "Bearer"]);
    return { ...body, requestId: null };
  };
  test.each(forged)("%s, and the answer is that to any other", async (_what, token) => {
    expect(await told(`Bearer ${token()}`)).toEqual(await told("Bearer x"));
  });
  test.each(["Basic dXNlcjpwYXNz", "Bearer", "Bearer a b", "Token x", ""])(
    "a header that is none: %j",
    async (header) => {
      expect((await ask(header)).status).toBe(401);
    },
  );
  test("a token whose session is another user's: the session's user counts, not the claim", async () => {
    const other = await makeHost(world);
    const { body } = await ask(`Bearer ${forge({ claims: { id: other.id, role: "admin" } })}`);
    expect([body.id, body.role]).toEqual([host.id, "member"]);
  });
});

test("a wrong token is refused also where a stranger would be welcome", async () => {
  const { status } = await api("GET", "/bookings/0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e", {
    token: forge({}, "another secret that is long enough too"),
  });
  expect(status).toBe(401);
});

test("a token ends by the world's clock, to the second", async () => {
  const own = await testWorld();
  const jwts = tokens(own);
  const claims = await jwts.verify(forge());
  const end = Temporal.Instant.fromEpochMilliseconds((claims?.exp ?? 0) * 1000);
  const token = forge();
  own.setNow(end.subtract({ seconds: 1 }).toString());
  expect(await jwts.verify(token)).not.toBeNull();
  own.setNow(end.add({ seconds: 1 }).toString());
  expect(await jwts.verify(token)).toBeNull();
});
