import { parseConfig } from "../../src/config.ts";
import { makeWorld, type World } from "../../src/world.ts";
import { dataDir, withEmbedded } from "../embedded.ts";
import { keptSecret } from "../start/secrets.ts";

/** Does the work in the world that the environment names, and closes it. */
export const inWorld = <T>(work: (world: World) => Promise<T>): Promise<T> =>
  withEmbedded(async (url) => {
    const isProduction = process.env["NODE_ENV"] === "production";
    const world = makeWorld(
      parseConfig({
        ...process.env,
        DATABASE_URL: url,
        ...(!isProduction && {
          JWT_SECRET: process.env["JWT_SECRET"] || keptSecret(dataDir(), "jwt-secret"),
        }),
        LOG_LEVEL: "error",
      }),
    );
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
