import { invalid, type Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { findForeignSchedules } from "./queries.ts";
import type { Settings } from "./settings.ts";

/** Refuses schedules that are not the owner's. Problems: invalid. */
export async function checkOwnSchedules(
  world: World,
  ownerId: string,
  settings: Pick<Settings, "scheduleId" | "hostGroups">,
): Promise<void> {
  const named = namedSchedules(settings);
  if (named.length === 0) return;
  const ids = named.map(({ id }) => id);
  const [foreign] = await findForeignSchedules(world.db, { userId: ownerId, ids });
  if (!foreign) return;
  throw notYours(named.find(({ id }) => id === foreign.id)?.path ?? "scheduleId");
}

/** The refusal behind an error, if a schedule was deleted between the check and the change. */
export function vanished(error: unknown): Problem | null {
  return (error as { code?: unknown }).code === "23503" ? notYours("scheduleId") : null;
}

const notYours = (path: string) => invalid(path, "must be one of your schedules");

function namedSchedules({ scheduleId, hostGroups }: Pick<Settings, "scheduleId" | "hostGroups">) {
  const hosts = hostGroups.flatMap((group, i) =>
    group.hosts.map((host, j) => ({
      path: `hostGroups.${i}.hosts.${j}.scheduleId`,
      id: host.scheduleId ?? null,
    })),
  );
  return [{ path: "scheduleId", id: scheduleId }, ...hosts].filter(
    (each): each is { path: string; id: string } => each.id !== null,
  );
}
