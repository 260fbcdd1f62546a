// Seals everything with the first key of ENCRYPTION_KEY: bun run keys:rotate. Put the new key before the older ones, restart
// every process, run this, and take out what it says.
import { ConfigError, parseConfig } from "../src/config.ts";
import { type Rotation, rotateKeys } from "../src/operations/rotate-keys.ts";
import { makeWorld } from "../src/world.ts";
import { dataDir, environmentOn, withEmbedded } from "./embedded.ts";
import { keptSecret } from "./start/secrets.ts";

async function rotate(url: string): Promise<Rotation> {
  const isGiven = process.env["ENCRYPTION_KEY"] || process.env["ENCRYPTION_KEY_FILE"];
  const config = parseConfig({
    ...environmentOn(url),
    ...(process.env["NODE_ENV"] !== "production" &&
      !isGiven && { ENCRYPTION_KEY: keptSecret(dataDir(), "encryption-key") }),
  });
  const world = makeWorld(config);
  try {
    return await rotateKeys(world, (resealed) => console.log(`${resealed} sealed anew …`));
  } finally {
    await world.db.close();
  }
}

const listed = (places: readonly number[]) =>
  `${places.length === 1 ? "key" : "keys"} ${places.join(", ")}`;

function tell({ resealed, idleKeys, busyKeys, unreadable }: Rotation): void {
  console.log(`Done: ${resealed} values were sealed anew with the first key of ENCRYPTION_KEY.`);
  if (idleKeys.length > 0)
    console.log(
      `Nothing is sealed with ${listed(idleKeys)} any more: once every process runs with the new order, take ${idleKeys.length === 1 ? "it" : "them"} out of ENCRYPTION_KEY.`,
    );
  if (busyKeys.length > 0)
    console.log(`Keep ${listed(busyKeys)}: something is still sealed with it. Run this again.`);
  for (const each of unreadable) console.error(`No key opens ${each}.`);
}

try {
  const rotation = await withEmbedded(rotate);
  tell(rotation);
  process.exit(rotation.unreadable.length > 0 || rotation.busyKeys.length > 0 ? 1 : 0);
} catch (error) {
  const { code, message } = error as { code?: string; message?: string };
  console.error(
    error instanceof ConfigError || code === undefined
      ? message
      : code === "42P01"
        ? "The tables are not there yet. First: bun run db:migrate"
        : message,
  );
  process.exit(1);
}
