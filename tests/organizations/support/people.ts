// An organization as its people make it by the API.
import { type Host, makeHost } from "../../support/make.ts";
import type { Answer, Api, TestWorld } from "../../support/world.ts";

/** A host whose mail address is confirmed. */
export async function makePerson(
  world: TestWorld,
  given: Parameters<typeof makeHost>[1] = {},
): Promise<Host> {
  const host = await makeHost(world, given);
  await world.db.run("update users set email_verified_at = '2026-01-01Z' where id = $1", [host.id]);
  return host;
}

export interface Crew {
  readonly id: string;
  readonly owner: Host;
  readonly admin: Host;
  readonly member: Host;
  readonly stranger: Host;
}

/** An organization with one of each; nobody but its owner has agreed to be a host. */
export async function makeCrew(world: TestWorld, api: Api): Promise<Crew> {
  const [owner, admin, member, stranger] = [
    await makePerson(world, { name: "Olga Owner" }),
    await makePerson(world, { name: "Adam Admin" }),
    await makePerson(world, { name: "Mary Member" }),
    await makePerson(world, { name: "Sam Stranger" }),
  ];
  const id = await makeOrganization(api, owner);
  await add(api, id, owner, admin, "admin");
  await add(api, id, owner, member);
  return { id, owner, admin, member, stranger };
}

export async function makeOrganization(
  api: Api,
  owner: Host,
  name = "Analytical Engines",
): Promise<string> {
  return (await api("POST", "/organizations", { token: owner.token, body: { name } })).body.id;
}

export const add = (
  api: Api,
  id: string,
  by: Host,
  { email }: { email: string },
  role?: "admin" | "member",
): Promise<Answer> =>
  api("POST", `/organizations/${id}/members`, {
    token: by.token,
    body: { email, ...(role && { role }) },
  });

/** Says whether he can be named as a host. */
export const canHost = (api: Api, id: string, host: Host, yes = true): Promise<Answer> =>
  api("PATCH", `/organizations/${id}/members/${host.id}`, {
    token: host.token,
    body: { canHost: yes },
  });

/** An organization of so many hosts who have agreed; the first owns it. */
export async function makeHosts(
  world: TestWorld,
  api: Api,
  count: number,
  given: Parameters<typeof makeHost>[1] = {},
): Promise<{ id: string; hosts: Host[] }> {
  const hosts: Host[] = [];
  for (let i = 0; i < count; i += 1)
    hosts.push(await makePerson(world, { name: `Host ${i}`, ...given }));
  const id = await makeOrganization(api, hosts[0]!);
  for (const host of hosts.slice(1)) {
    await add(api, id, hosts[0]!, host);
    await canHost(api, id, host);
  }
  return { id, hosts };
}

/** Asks for a meeting type of an organization: half an hour without notice. */
export const makeType = (
  api: Api,
  organizationId: string,
  by: Host,
  hostGroups: { hosts: object[]; required: number | "all" }[],
  more: object = {},
): Promise<Answer> =>
  api("POST", "/meeting-types", {
    token: by.token,
    body: {
      title: "Demo of the engine",
      organizationId,
      minimumNoticeMinutes: 0,
      reminders: [],
      hostGroups,
      ...more,
    },
  });

export const named = (...hosts: Host[]) => hosts.map(({ id }) => ({ userId: id }));

/** "200" or "403 forbidden" of each. */
export const codesOf = (answers: readonly Answer[]): string[] =>
  answers.map(({ status, body }) => [status, body.code].filter(Boolean).join(" "));

/** The kinds of a table's rows that speak of a subject, as they came. */
export const auditOf = async (world: TestWorld, subjectId: string): Promise<string[]> =>
  (
    await world.db.run(
      "select action from audit_log where subject_id = $1 order by created_at, action",
      [subjectId],
    )
  ).map(({ action }) => `${action}`);
