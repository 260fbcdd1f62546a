import { beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isReserved, usernameFor } from "../../src/accounts/username.ts";
import { makeHost } from "../support/make.ts";
import { hashCheaply } from "../support/passwords.ts";
import { type Api, client, type TestWorld, testWorld } from "../support/world.ts";

hashCheaply();

let world: TestWorld;
let api: Api;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
});

const register = (email: string, given: Record<string, unknown>) =>
  api("POST", "/auth/register", { body: { email, password: "correct horse battery", ...given } });

describe("usernameFor()", () => {
  test.each([
    ["Ada Lovelace", "ada-lovelace"],
    ["Zoë Müller-Ångström", "zoe-muller-angstrom"],
    ["  José   d'Arc ", "jose-d-arc"],
    ["ﬁne Name", "fine-name"],
    ["Jean-Luc 2", "jean-luc-2"],
  ])("makes %s into %s", (name, username) => {
    expect(usernameFor(name, 0)).toBe(username);
  });
  test.each(["李小龍", "Ω", "Al", "!!!", "", "👩‍🚀", "Admin", "Me", "swagger"])(
    "makes something of %s that is free and not reserved",
    (name) => {
      expect(usernameFor(name, 0)).toMatch(/^[a-z0-9-]+-[a-z0-9]+$/);
    },
  );
  test("always makes one that the database takes, and never a reserved one", () => {
    const check = (name: string, attempt: number) => {
      const username = usernameFor(name, attempt);
      return /^[a-z0-9-]{3,32}$/.test(username) && !isReserved(username);
    };
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.nat(8), check));
  });
});

describe("a username", () => {
  test("is derived when none is given, and another when that is taken", async () => {
    const one = await register("one@example.com", { name: "Maria Curie" });
    const two = await register("two@example.com", { name: "María Curie" });
    expect(one.body.user.username).toBe("maria-curie");
    expect(two.body.user.username).toMatch(/^maria-curie-[a-z0-9]+$/);
  });

  test("is found for each of twenty of one name who register at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        register(`same.${i}@example.com`, { name: "John Smith" }),
      ),
    );
    expect(all.map(({ status }) => status)).toEqual(Array(20).fill(201));
    const usernames = all.map(({ body }) => body.user.username);
    expect(new Set(usernames).size).toBe(20);
    expect(usernames).toContain("john-smith");
  });

  test("of one's own choice is refused when it is taken or reserved", async () => {
    const host = await makeHost(world);
    const taken = await register("x@example.com", { name: "X", username: host.username });
    expect([taken.status, taken.body.code]).toEqual([409, "username_taken"]);
    for (const username of ["admin", "api", "profile", "swagger", "health", "dev"]) {
      const reserved = await register("x@example.com", { name: "X", username });
      expect([username, reserved.status, reserved.body.code]).toEqual([
        username,
        409,
        "username_taken",
      ]);
    }
  });

  test("cannot become a reserved or a taken one later", async () => {
    const [host, other] = [await makeHost(world), await makeHost(world)];
    for (const username of ["admin", other.username]) {
      const { status, body } = await api("PATCH", "/users/me", {
        token: host.token,
        body: { username },
      });
      expect([status, body.code]).toEqual([409, "username_taken"]);
    }
    const { body } = await api("PATCH", "/users/me", {
      token: host.token,
      body: { username: host.username },
    });
    expect(body.username).toBe(host.username);
  });
});

test("every first word of a path of ours is reserved, or too short to be a username", async () => {
  const { createApp } = await import("../../src/app.ts");
  const words = createApp(world).routes.flatMap(({ path }) => {
    const word = path.split("/")[path.startsWith("/api/v1/users/") ? 4 : 1] ?? "";
    return /^[a-z0-9-]{3,32}$/.test(word) ? [word] : [];
  });
  expect([...new Set(words)].filter((word) => !isReserved(word))).toEqual([]);
});
