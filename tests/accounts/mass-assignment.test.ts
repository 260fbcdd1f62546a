// What nobody may say of himself is refused in every body that there is: a new route joins by being one.
import { beforeAll, describe, expect, test } from "bun:test";
import { createApp } from "../../src/app.ts";
import { documentOf, type Schema } from "../architecture/operations.ts";
import { concrete } from "../support/bad-cases.ts";
import { sender } from "../support/http.ts";
import { type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const send = sender(world, createApp(world).fetch);
const api = client(world);
// What providers send is told by its signature, and is of their shape.
const operations = (await documentOf(send)).filter(
  ({ requestBody, security = [] }) => requestBody && !security.some(({ signature }) => signature),
);

const ID = "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e";
const LATER = "2030-01-01T00:00:00Z";
const OURS: Readonly<Record<string, unknown>> = {
  id: ID,
  role: "admin",
  userId: ID,
  ownerId: ID,
  hostId: ID,
  organizationId: ID,
  status: "ACTIVE",
  plan: "ENTERPRISE",
  emailVerified: true,
  emailVerifiedAt: LATER,
  passwordHash: "x",
  isAdmin: true,
  createdAt: LATER,
  updatedAt: LATER,
  archivedAt: LATER,
  used: 0,
  sequence: 9,
  price: 0,
  teamId: ID,
};

let host: Host;
let ids: Record<string, string>;
beforeAll(async () => {
  host = await makeHost(world, { role: "admin" });
  const type = await makeMeetingType(world, host);
  const booking = await api("POST", "/bookings", {
    token: host.token,
    body: { title: "Mine", start: "2027-03-01T09:00:00Z", end: "2027-03-01T10:00:00Z" },
  });
  ids = {
    schedules: host.scheduleId,
    "meeting-types": type.id,
    bookings: booking.body.booking.id,
    users: host.id,
    identities: "google",
  };
});

const fieldsOf = (schema: Schema): string[] =>
  [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((each) =>
    Object.keys(each.properties ?? {}),
  );

test("there are bodies to look at", () => {
  expect(operations.length).toBeGreaterThan(20);
});

describe("names a field that is ours alone is 422:", () => {
  test.each(operations.map((each) => [each.name, each] as const))(
    "%s",
    async (_name, operation) => {
      const { schema, example } = operation.requestBody?.content["application/json"] ?? {};
      const known = fieldsOf(schema ?? {});
      const taken: string[] = [];
      for (const [field, value] of Object.entries(OURS)) {
        // What is a field of this body is looked at by the tests of its route.
        if (known.includes(field)) continue;
        const response = await send(concrete(operation.path, ids), {
          method: operation.method.toUpperCase(),
          headers: {
            authorization: `Bearer ${host.token}`,
            "content-type": "application/json",
          },
          body: JSON.stringify({ ...(example as object), [field]: value }),
        });
        const { errors } = (await response.json()) as { errors?: { path: string }[] };
        const isNamed = errors?.some(({ path }) => path === field);
        if (response.status !== 422 || !isNamed) taken.push(`${field}: ${response.status}`);
      }
      expect(taken).toEqual([]);
    },
  );
});

test("who may change role, plan and status is one route, for administrators", () => {
  const naming = operations
    .filter(({ requestBody }) => {
      const { properties = {} } = requestBody?.content["application/json"]?.schema ?? {};
      return "plan" in properties || "status" in properties;
    })
    .map(({ name }) => name);
  expect(naming).toEqual(["PATCH /api/v1/users/{user}"]);
});
