import { parseConfig } from "../../src/config.ts";
import { makeWorld, type World } from "../../src/world.ts";
import { environmentOn, withEmbedded } from "../embedded.ts";

/** Does the work in the world that the environment names, and closes it. */
export const inWorld = <T>(work: (world: World) => Promise<T>): Promise<T> =>
  withEmbedded(async (url) => {
    const world = makeWorld(parseConfig(environmentOn(url)));
    try {
      return await work(world);
    } finally {
      await world.db.close();
    }
  });

/** What went wrong, for whoever ran this. */
export function plain(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "42P01") return "The tables are not there yet. First: bun run db:migrate";
  if (code === "ENOENT") return "There is no such file.";
  return message ?? String(error);
}
