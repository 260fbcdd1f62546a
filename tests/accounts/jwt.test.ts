// Which tokens are believed: ours, of HS256, for this API, of a session that lives.
import { beforeAll, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import type { UserRow } from "../../src/accounts/queries.ts";
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
    [
      "a changed signature",
      () => host.token.replace(/[\w-](?=[\w-]{9}$)/, (each) => (each === "A" ? "B" : "A")),
    ],
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

describe("while JWT_SECRET is changed,", () => {
  const NEW = "a newer secret for tests that is long enough";
  const headerOf = (token: string) =>
    JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
  /** What a world with these secrets, on the same tables, makes of tokens. */
  const having = (JWT_SECRET: string) =>
    tokens({ ...world, config: { ...world.config, JWT_SECRET } });
  const OLD = () => world.config.JWT_SECRET;
  const signed = async (JWT_SECRET: string) => {
    const user = { id: host.id, email: host.email, role: "member" } as UserRow;
    return having(JWT_SECRET).sign(user, host.sessionId, world.now().add({ hours: 1 }));
  };

  test("tokens of before and of now are believed, and new ones are by the first", async () => {
    const both = having(`${NEW}, ${OLD()}`);
    for (const by of [OLD(), NEW]) expect(await both.verify(await signed(by))).not.toBeNull();
    const made = await signed(`${NEW},${OLD()}`);
    expect(await having(NEW).verify(made)).not.toBeNull();
    expect(await having(OLD()).verify(made)).toBeNull();
  });
  test("a token names its secret, by which only that one is tried", async () => {
    const made = headerOf(await signed(NEW));
    expect(made).toEqual({ alg: "HS256", typ: "JWT", kid: expect.stringMatching(/^[\w-]{8}$/) });
    expect(headerOf(await signed(OLD())).kid).not.toBe(made.kid);
    const both = having(`${NEW},${OLD()}`);
    expect(await both.verify(forge({ header: { kid: made.kid } }, NEW))).not.toBeNull();
    expect(await both.verify(forge({ header: { kid: made.kid } }, OLD()))).toBeNull();
  });
  test("a token of before there were names is believed by either", async () => {
    for (const key of [NEW, OLD()])
      expect(await having(`${NEW},${OLD()}`).verify(forge({}, key))).not.toBeNull();
  });
  test("nothing is believed by a secret that has been taken out", async () => {
    expect(await having(NEW).verify(forge())).toBeNull();
    expect(await having(NEW).verify(await signed(OLD()))).toBeNull();
    expect(await having(NEW).verify(forge({}, `${NEW},${OLD()}`))).toBeNull();
  });
  test.each([[null], [1], [""], ["x"], ["../../dev/null"], ["' or 1=1 --"], [{ a: 1 }], [[]]])(
    "a name that no secret has is not believed: %j",
    async (kid) => {
      expect((await ask(`Bearer ${forge({ header: { kid } })}`)).status).toBe(401);
    },
  );
  test("an algorithm of another kind is refused by every secret", async () => {
    const both = having(`${NEW},${OLD()}`);
    for (const alg of ["none", "HS384", "HS512", "RS256", "ES256"]) {
      expect(await both.verify(forge({ header: { alg } }))).toBeNull();
      expect(
        await both.verify(forge({ header: { alg, kid: headerOf(await signed(NEW)).kid } }, NEW)),
      ).toBeNull();
    }
  });
});

test("a token of a process whose clock goes ahead is believed by the others at once", async () => {
  const ahead = seconds(world.now()) + 300;
  const token = forge({ claims: { iat: ahead, exp: ahead + 3600 } });
  expect((await ask(`Bearer ${token}`)).status).toBe(200);
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
