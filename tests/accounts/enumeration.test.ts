// Nobody learns by asking who has an account: the answer and the work are the same.
import { beforeAll, describe, expect, spyOn, test } from "bun:test";
import { counting } from "../support/counting.ts";
import { type Host, makeHost, PASSWORD } from "../support/make.ts";
import { type Api, client, type TestWorld, testWorld } from "../support/world.ts";

let world: TestWorld;
let counted: ReturnType<typeof counting<TestWorld>>;
let api: Api;
let host: Host;
beforeAll(async () => {
  world = await testWorld();
  counted = counting(world);
  api = client(counted.world);
  host = await makeHost(world);
});

/** All that can be seen of a request from outside, and what it costs. */
async function seen(path: string, body: unknown) {
  // What a check says is another matter; only which there are is looked at here.
  const verify = spyOn(Bun.password, "verify").mockResolvedValue(false);
  const hash = spyOn(Bun.password, "hash");
  counted.statements.length = 0;
  const answer = await api("POST", path, { body });
  const costs = {
    // The hashes of tests are cheap; those of users are as dear as nobody's.
    checks: verify.mock.calls.map(([, of]) => String(of).slice(0, 7).replace("$04$", "$12$")),
    hashes: hash.mock.calls.length,
    statements: [...counted.statements],
  };
  verify.mockRestore();
  hash.mockRestore();
  const { requestId: _, ...shown } = answer.body;
  const headers = Object.fromEntries(answer.headers);
  delete headers["x-request-id"];
  return { status: answer.status, headers, shown, costs };
}

const unknown = "nobody-at-all@example.com";

describe("the same for an address that is known and one that is not:", () => {
  test("login", async () => {
    const password = "not the password";
    const known = await seen("/auth/login", { email: host.email, password });
    expect(await seen("/auth/login", { email: unknown, password })).toEqual(known);
    expect([known.status, known.costs.checks]).toEqual([401, ["$2b$12$"]]);
  });

  test("login after too many wrong passwords", async () => {
    const guess = (email: string) => seen("/auth/login", { email, password: "wrong" });
    const [mine, theirs] = [await makeHost(world), "guessed-nobody@example.com"];
    const known: number[] = [];
    const nobody: number[] = [];
    for (let i = 0; i < 12; i += 1) {
      known.push((await guess(mine.email)).status);
      nobody.push((await guess(theirs)).status);
    }
    expect(known).toEqual([...Array(10).fill(401), 429, 429]);
    expect(nobody).toEqual(known);
    const costs = [(await guess(mine.email)).costs, (await guess(theirs)).costs];
    expect(costs[0]).toEqual(costs[1]!);
    expect(costs[0]?.checks).toEqual([]);
  });

  test.each(["/auth/password/forgot", "/auth/email/resend"])("%s", async (path) => {
    const own = await makeHost(world);
    const known = await seen(path, { email: own.email });
    expect(await seen(path, { email: `nobody-${own.email}` })).toEqual(known);
    expect([known.status, known.costs.statements.length]).toEqual([202, 1]);
    await world.db.run(
      "update users set status = 'SUSPENDED', email_verified_at = now() where id = $1",
      [own.id],
    );
    expect(await seen(path, { email: own.email })).toEqual(known);
  });

  test("a link to reset by of a user who is not", async () => {
    const token = `${"A".repeat(22)}.zzzzzz.${"A".repeat(43)}`;
    const real = `${Buffer.from(host.id.replaceAll("-", ""), "hex").toString("base64url")}.zzzzzz.${"A".repeat(43)}`;
    const known = await seen("/auth/password/reset", { token: real, password: PASSWORD });
    expect(await seen("/auth/password/reset", { token, password: PASSWORD })).toEqual(known);
    expect(known.status).toBe(404);
  });
});

test("a mail goes to who is there, and to nobody else", async () => {
  const own = await makeHost(world);
  const promises = async () =>
    (await world.db.run("select kind from outbox where user_id = $1", [own.id])).map(
      ({ kind }) => kind,
    );
  await seen("/auth/email/resend", { email: own.email });
  expect(await promises()).toEqual(["EMAIL_VERIFICATION"]);
  await world.db.run("update users set email_verified_at = now() where id = $1", [own.id]);
  await seen("/auth/email/resend", { email: own.email });
  expect(await promises()).toEqual(["EMAIL_VERIFICATION"]);
});
