// Every route, asked by everybody: who may gets what he asked for, everybody else a refusal that tells nothing and
// leaves everything as it was. A new route needs a row in matrix.ts, a new id in a body or query one in swaps.ts.
import { describe, expect, test } from "bun:test";
import type { Schema } from "../architecture/operations.ts";
import { hashCheaply } from "../support/passwords.ts";
import { MATRIX, OF_DEVELOPMENT, OF_NOTHING, type Row } from "./matrix.ts";
import { ACTORS, type Actor } from "./support/actors.ts";
import { fault, faultsOf, leakIn, requestOf, rowsOf, verdictsOf } from "./support/judge.ts";
import { type Before, makeStage } from "./support/stage.ts";
import { OF_ANYBODY, SWAPS } from "./swaps.ts";

hashCheaply();
const stage = await makeStage();
const { cast } = stage;
const names = [...new Set(stage.routes.map((name) => name.replaceAll(/:(\w+)/g, "{$1}")))].filter(
  (name) => !OF_NOTHING.test(name) && !OF_DEVELOPMENT.test(name),
);
const rowed = names.filter((name) => name in MATRIX);

test("every route has a row, and every row a route", () => {
  const missing = names
    .filter((name) => !(name in MATRIX))
    .map(
      (name) => `give "${name}" a row in tests/authorization/matrix.ts: who may, of whose things`,
    );
  const gone = Object.keys(MATRIX)
    .filter((name) => !names.includes(name))
    .map((name) => `there is no route "${name}" (any more): take its row out of matrix.ts`);
  expect([...missing, ...gone]).toEqual([]);
  expect(names.length).toBeGreaterThan(100);
});

describe.each(rowed)("%s", (name) => {
  test("gives each what is his", async () => {
    const faults: string[] = [];
    for (const row of rowsOf(name))
      faults.push(
        ...(await faultsOf(name, row, ACTORS, async (actor) => {
          const asked = requestOf(stage, name, row, actor);
          return fault(stage, row, actor, asked, await stage.ask(actor, asked));
        })),
      );
    expect(faults).toEqual([]);
  });
});

interface Change {
  readonly what: string;
  readonly who: Actor;
  readonly before: Before;
  /** As whom he is treated from then on; null where the row says nothing of that. */
  readonly as: (row: Row, name: string) => Actor | null;
}

const by = (actor: Actor) => cast.proofs[actor];
const user = (id: string, body: object): Before => [
  cast.keeper,
  { method: "PATCH", path: `/api/v1/users/${id}`, body },
];
const ofOrganization = (method: string, path: string, body?: object): Before => [
  by("owner"),
  { method, path: `/api/v1/organizations/${cast.things.organization}${path}`, body },
];
const { people } = cast;
const suspended = (who: keyof typeof people, status: string): Change => ({
  what: `${who} is made ${status}`,
  who,
  before: user(people[who].id, { status }),
  // What is public of his is gone with him.
  as: (row, name) => (verdictsOf(name, row).suspended === 401 ? "suspended" : null),
});
const CHANGES: readonly Change[] = [
  suspended("orgAdmin", "SUSPENDED"),
  suspended("owner", "SUSPENDED"),
  suspended("host", "INACTIVE"),
  {
    what: "the owner ends every session",
    who: "owner",
    before: [by("owner"), { method: "POST", path: "/api/v1/auth/logout-all" }],
    as: () => "revoked",
  },
  {
    what: "the owner revokes a key",
    who: "writeKey",
    before: [
      by("owner"),
      { method: "DELETE", path: `/api/v1/users/me/api-keys/${cast.writeKeyId}` },
    ],
    // A token that is good no more is refused for that, whatever it could have been good for.
    as: () => "revoked",
  },
  {
    what: "an admin is removed from the organization",
    who: "orgAdmin",
    before: ofOrganization("DELETE", `/members/${people.orgAdmin.id}`),
    // The invitation is for the other one.
    as: (_row, name) => (name.includes("/invitations/{token}") ? null : "other"),
  },
  {
    what: "an admin of the organization is made a member",
    who: "orgAdmin",
    before: ofOrganization("PATCH", `/members/${people.orgAdmin.id}`, { role: "member" }),
    // What is done to the member, another member may not.
    as: ({ at }) => (at?.["userId"] === "member" ? "host" : "member"),
  },
  {
    what: "the organization passes to another owner",
    who: "owner",
    before: ofOrganization("POST", "/transfer", { userId: people.orgAdmin.id }),
    as: ({ at }) => (at?.["id"] === "organization" ? "orgAdmin" : null),
  },
  {
    what: "an administrator is made a member",
    who: "admin",
    before: user(people.admin.id, { role: "member" }),
    as: () => "other",
  },
  {
    what: "the owner of an admin's key is made a member",
    who: "adminKey",
    before: user(people.admin.id, { role: "member" }),
    as: () => "revoked",
  },
];

describe.each(CHANGES)("when $what", ({ who, before, as }) => {
  test("it counts at once, on every route", async () => {
    const faults: string[] = [];
    let looked = 0;
    for (const name of rowed)
      for (const row of rowsOf(name)) {
        const like = as(row, name);
        const verdicts = verdictsOf(name, row);
        const verdict = like && verdicts[like];
        if (verdict === null || verdict === "ok" || verdicts[who] !== "ok") continue;
        // A 409 is for what else he has.
        if (![401, 403, 404].includes(verdict)) continue;
        looked += 1;
        const judge = async () => {
          const asked = requestOf(stage, name, row, who);
          return fault(stage, row, who, asked, await stage.ask(who, asked, before), verdict);
        };
        faults.push(...(await faultsOf(name, row, [who], judge)));
      }
    expect(faults).toEqual([]);
    expect(looked).toBeGreaterThan(0);
  });
});

const crossed = rowed.flatMap((name) =>
  rowsOf(name).flatMap((row) => {
    const parameters = Object.keys(row.at ?? {});
    const isMeant = parameters.length > 1 && verdictsOf(name, row).owner === "ok";
    return isMeant ? parameters.map((parameter) => ({ name, row, parameter })) : [];
  }),
);

test("no id of another in the place of one of two leads anywhere", async () => {
  const faults: string[] = [];
  for (const { name, row, parameter } of crossed) {
    const thing = row.at![parameter]!;
    const mixed = { ...cast.rivals, [thing]: cast.things[thing] };
    const asked = requestOf(stage, name, row, "other", mixed);
    const told = await stage.ask("other", asked);
    const found = fault(stage, row, "other", asked, told, 404);
    if (found) faults.push(`${name} with the ${parameter} of another: ${found}`);
  }
  expect(faults).toEqual([]);
  expect(crossed.length).toBeGreaterThan(10);
});

/** Where a schema takes an id. */
function idsIn(schema: Schema, at = ""): string[] {
  const isId = schema["format"] === "uuid" || at.endsWith("Id");
  return [
    ...(isId ? [at] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) =>
      idsIn(each, at === "" ? name : `${at}.${name}`),
    ),
    ...(schema.items ? idsIn(schema.items, `${at}[]`) : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((each) => idsIn(each, at)),
  ];
}

const fields = stage.operations.flatMap(({ name, parameters = [], requestBody }) => {
  const inQuery = parameters
    .filter((each) => each.in === "query")
    .flatMap((each) => idsIn(each.schema, each.name));
  const inBody = idsIn(requestBody?.content["application/json"]?.schema ?? {});
  return [...new Set([...inQuery, ...inBody])].map((field) => `${name} ${field}`);
});

test("every id in a body or a query has a line of what an id of another does there", () => {
  const missing = fields
    .filter((field) => !(field in SWAPS) && !OF_ANYBODY.has(field))
    .map((field) => `give "${field}" a line in tests/authorization/swaps.ts`);
  const gone = [...Object.keys(SWAPS), ...OF_ANYBODY]
    .filter((field) => !fields.includes(field))
    .map((field) => `"${field}" takes no id (any more): take its line out of swaps.ts`);
  expect([...missing, ...gone]).toEqual([]);
});

test.each(Object.entries(SWAPS))(
  "%s of another",
  async (field, { gets, writesNothing, at, body, query }) => {
    const { things, rivals } = cast;
    const [method = "", path = ""] = field.split(" ");
    const named = path
      .replace("{id}", `${rivals[at ?? "type"]}`)
      .replace("{user}", `${rivals.username}`)
      .replace("{slug}", `${rivals.slug}`);
    const asked = {
      method,
      path: `${named}${query ? `?${query(things)}` : ""}`,
      body: body?.(things, rivals),
    };
    const { status, text, isChanged } = await stage.ask("other", asked);
    const isWrong = isChanged && (status >= 400 || writesNothing === true);
    expect([status, isWrong, leakIn(cast, "other", asked, text, true)]).toEqual([
      gets,
      false,
      null,
    ]);
  },
);
