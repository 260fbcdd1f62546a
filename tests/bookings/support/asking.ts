// A meeting type that asks questions and has rules.
import type { Question } from "../../../src/bookings/answers.ts";
import type { MeetingType } from "../../../src/meeting-types/schema.ts";
import { makeHost, makeMeetingType } from "../../support/make.ts";
import type { TestWorld } from "../../support/world.ts";

interface Asked {
  questions?: Question[];
  policies?: Partial<MeetingType["policies"]>;
  capacity?: number;
}

/** Sets what a meeting type asks and allows. */
export async function asks(world: TestWorld, type: { id: string }, asked: Asked): Promise<void> {
  const json = (value: object) => world.db.parameter("jsonb", value as never);
  await world.db.run("update meeting_types set questions = $2, policies = $3 where id = $1", [
    type.id,
    json(asked.questions ?? []),
    json(asked.policies ?? {}),
  ]);
}

/** A host and his meeting type that asks this. */
export async function asking(
  world: TestWorld,
  { questions, policies, ...given }: Asked & NonNullable<Parameters<typeof makeMeetingType>[2]>,
) {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, given);
  await asks(world, type, { ...(questions && { questions }), ...(policies && { policies }) });
  return { host, type };
}
