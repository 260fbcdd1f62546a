// Makes the demo host, once: somebody to book a time with before there is anybody else. What was made goes to
// standard error and the paths of the booking pages to standard output, the one to begin with last: `bun start`
// reads that.
import { findCredentials } from "../src/accounts/password-queries.ts";
import { register } from "../src/accounts/register.ts";
import { ConfigError, parseConfig } from "../src/config.ts";
import { createMeetingType } from "../src/meeting-types/create.ts";
import { listMeetingTypes } from "../src/meeting-types/queries.ts";
import type { NewMeetingType } from "../src/meeting-types/schema.ts";
import { Problem } from "../src/problem.ts";
import { makeWorld, type World } from "../src/world.ts";
import { environmentOn, withEmbedded } from "./embedded.ts";

const HOST = {
  username: "ada",
  name: "Ada Lovelace",
  email: "ada@example.com",
  timeZone: "Europe/Berlin",
};
/** Known to everybody, so never used in production. */
const DEMO_PASSWORD = "demo-password";

const isProduction = process.env["NODE_ENV"] === "production";

/** What she offers, as her card lists it. */
const TYPES: readonly (NewMeetingType & { slug: string })[] = [
  {
    title: "Intro call",
    slug: "intro",
    description: "A quarter of an hour to get to know each other.",
    durationMinutes: 15,
    locationType: "CUSTOM_LINK",
    locationDetails: "https://meet.example.com/ada",
  },
  {
    title: "Consultation",
    slug: "consultation",
    description: "Half an hour for one question that you bring along.",
    durationMinutes: 30,
    bufferBeforeMinutes: 5,
    bufferAfterMinutes: 10,
    minimumNoticeMinutes: 4 * 60,
    locationType: "CUSTOM_LINK",
    locationDetails: "https://meet.example.com/ada",
  },
  {
    title: "Workshop",
    slug: "workshop",
    description: "An hour at one table, with a whiteboard and coffee.",
    durationMinutes: 60,
    bufferBeforeMinutes: 15,
    bufferAfterMinutes: 15,
    minimumNoticeMinutes: 24 * 60,
    horizon: { kind: "rolling", days: 90 },
    locationType: "IN_PERSON",
    locationDetails: "Unter den Linden 6, 10117 Berlin, second floor",
  },
];

/** The host's account, made unless it is there. Problems: username_taken. */
async function hostId(world: World, password: string): Promise<string> {
  const known = () => findCredentials(world.db, { email: HOST.email, addressMac: null });
  const found = await known();
  if (found) return found.id;
  try {
    const { user } = await register(world, { ...HOST, password });
    console.error(`Made a demo host: ${HOST.name}, ${HOST.email}, password ${password}`);
    return user.id;
  } catch (error) {
    // Another seed was quicker.
    const made = isProblem(error, "email_taken") ? await known() : null;
    if (!made) throw error;
    return made.id;
  }
}

/** Her meeting types; made only while she has none, so that what somebody deleted stays deleted. */
async function ensureTypes(world: World, ownerId: string): Promise<readonly string[]> {
  const mine = { ownerId, at: null, id: null, isActive: null, organizationId: null, limit: 100 };
  const list = async () => (await listMeetingTypes(world.db, mine)).map(({ slug }) => slug);
  const there = await list();
  if (there.length > 0) return there;
  for (const type of TYPES) {
    await createMeetingType(world, ownerId, type).catch((error) => {
      if (!isProblem(error, "slug_taken")) throw error;
    });
  }
  console.error(`Made her meeting types: ${TYPES.map(({ title }) => title).join(", ")}`);
  return list();
}

const isProblem = (error: unknown, code: Problem["problem"]): boolean =>
  error instanceof Problem && error.problem === code;

async function seed(url: string): Promise<void> {
  const world = makeWorld(parseConfig(environmentOn(url)));
  try {
    const password = isProduction
      ? Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString("base64url")
      : DEMO_PASSWORD;
    const slugs = await ensureTypes(world, await hostId(world, password));
    console.log("Booking pages, under the address of your Kalends:");
    // Her oldest, the one to begin with, comes last.
    for (const slug of slugs) console.log(`/${HOST.username}/${slug}`);
  } finally {
    await world.db.close();
  }
}

function plain(error: unknown): string {
  if (isProblem(error, "username_taken"))
    return `Somebody else is called "${HOST.username}" here, so no demo host was made.`;
  const { code, message } = error as { code?: string; message?: string };
  if (code === "42P01") return "The tables are not there yet. First: bun run db:migrate";
  if (error instanceof ConfigError) return error.message;
  return message ?? String(error);
}

if (isProduction && !process.argv.includes("--yes")) {
  console.error(
    "This is production: everybody could book the demo host. If you want that: bun scripts/seed.ts --yes",
  );
  process.exit(1);
}
await withEmbedded(seed).then(
  () => process.exit(0),
  (error) => {
    console.error(plain(error));
    process.exit(1);
  },
);
