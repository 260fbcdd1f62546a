// Hosts who take turns.
import { type Host, type MeetingType, makeHost, makeMeetingType } from "../../support/make.ts";
import type { Answer, TestWorld } from "../../support/world.ts";

interface Turn {
  weight?: number;
  priority?: number;
}

/** A type of which one of these hosts takes each meeting; a host for each turn. */
export async function makeTeam(
  world: TestWorld,
  turns: readonly Turn[],
  given: Parameters<typeof makeMeetingType>[2] & { required?: number } = {},
  host: Parameters<typeof makeHost>[1] = {},
): Promise<{ hosts: Host[]; type: MeetingType }> {
  const hosts: Host[] = [];
  for (const _ of turns) hosts.push(await makeHost(world, host));
  const groups = [{ hosts, required: given.required ?? 1 }];
  const type = await makeMeetingType(world, hosts[0]!, { ...given, groups });
  for (const [i, { weight = 1, priority = 0 }] of turns.entries())
    await world.db.run(
      "update group_hosts set weight = $3, priority = $4 where meeting_type_id = $1 and host_id = $2",
      [type.id, hosts[i]!.id, `${weight}`, `${priority}`],
    );
  return { hosts, type };
}

/** How many of these bookings each host has, in the order of the hosts. */
export const sharesOf = (hosts: readonly Host[], made: readonly Answer[]): number[] =>
  hosts.map(
    ({ id }) =>
      made.filter(({ body }) => body.booking?.hosts.some((host: { id: string }) => host.id === id))
        .length,
  );
