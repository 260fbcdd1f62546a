// What a host had elsewhere, as it will be here.
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { findCredentials } from "../../src/accounts/password-queries.ts";
import { createMeetingType } from "../../src/meeting-types/create.ts";
import { listMeetingTypes } from "../../src/meeting-types/queries.ts";
import { NewMeetingType } from "../../src/meeting-types/schema.ts";
import { invalid, Problem } from "../../src/problem.ts";
import { createSchedule } from "../../src/schedules/create.ts";
import { listSchedules } from "../../src/schedules/queries.ts";
import { NewSchedule } from "../../src/schedules/schema.ts";
import type { World } from "../../src/world.ts";

export interface Plan {
  readonly schedules: readonly (NewSchedule & { readonly name: string })[];
  readonly types: readonly {
    readonly type: NewMeetingType & { readonly slug: string };
    /** The name of its schedule; null: the default one. */
    readonly schedule: string | null;
  }[];
  /** What has no place here: one sentence each. */
  readonly left: readonly string[];
}

export interface Carried {
  readonly made: readonly string[];
  readonly there: readonly string[];
  readonly failed: readonly string[];
}

/**
 * Makes what the host does not have yet: a schedule by its name, a meeting type by its slug; what is there stays as
 * it is, so that it may be run again. In a dry run it says what would be. Problems: not_found.
 */
export async function carryOver(
  world: World,
  hostEmail: string,
  plan: Plan,
  isDryRun: boolean,
): Promise<Carried> {
  const host = await findCredentials(world.db, { email: hostEmail, addressMac: null });
  if (!host) throw new Problem("not_found", `Nobody here has the address ${hostEmail}.`);
  const made: string[] = [];
  const there: string[] = [];
  const failed: string[] = [];
  const keep = async (
    what: string,
    schema: TSchema,
    value: object,
    make: () => Promise<unknown>,
  ) => {
    try {
      // As the route would, which nobody comes by here.
      const [wrong] = [...Value.Errors(schema, value)];
      if (wrong) throw invalid(wrong.path.slice(1).replaceAll("/", "."), wrong.message);
      if (!isDryRun) await make();
      made.push(what);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      failed.push(`${what}: ${error.message}`);
    }
  };
  const ids = new Map((await schedulesOf(world, host.id)).map(({ name, id }) => [name, id]));
  for (const schedule of plan.schedules) {
    const what = `schedule “${schedule.name}”`;
    if (ids.has(schedule.name)) there.push(what);
    else
      await keep(what, NewSchedule, schedule, async () => {
        const made = await createSchedule(world, { id: host.id, timeZone: "UTC" }, schedule);
        ids.set(schedule.name, made.schedule.id);
      });
  }
  const slugs = await slugsOf(world, host.id);
  for (const { type, schedule } of plan.types) {
    const what = `meeting type “${type.title}” (${type.slug})`;
    const scheduleId = (schedule !== null && ids.get(schedule)) || null;
    if (slugs.has(type.slug)) there.push(what);
    else
      await keep(what, NewMeetingType, type, () =>
        createMeetingType(world, host.id, { ...type, scheduleId }),
      );
  }
  return { made, there, failed };
}

const PAGE = 100;

async function schedulesOf(world: World, userId: string) {
  const all: Awaited<ReturnType<typeof listSchedules>>[number][] = [];
  for (let last = all.at(-1); ; last = all.at(-1)) {
    const page = await listSchedules(world.db, {
      userId,
      at: last?.createdAt ?? null,
      id: last?.id ?? null,
      limit: PAGE,
    });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

async function slugsOf(world: World, ownerId: string): Promise<Set<string>> {
  const slugs = new Set<string>();
  const from: { at: Temporal.Instant | null; id: string | null } = { at: null, id: null };
  for (;;) {
    const mine = { ownerId, ...from, isActive: null, organizationId: null, limit: PAGE };
    const page = await listMeetingTypes(world.db, mine);
    for (const { slug } of page) slugs.add(slug);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return slugs;
    from.at = last.createdAt;
    from.id = last.id;
  }
}
