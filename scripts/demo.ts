// Plays one booking from the first account to the last mail, over HTTP against a running Kalends.
import { parseArgs } from "node:util";
import { Client } from "./demo/client.ts";
import { perform } from "./demo/play.ts";
import { Broken, stepsDone, title } from "./demo/stage.ts";

/** Says plainly where the play cannot be given. */
async function checkHouse(url: string): Promise<void> {
  const health = await fetch(`${url}/health`, { signal: AbortSignal.timeout(10_000) })
    .then(async (answer) => ({
      status: answer.status,
      body: await answer.json().catch(() => null),
    }))
    .catch(() => null);
  if (health === null) {
    throw new Broken(
      `Nothing answers at ${url}. Start Kalends in another terminal, then run this again:\n\n  npx bun start\n\nIf it runs elsewhere: bun run demo --url http://…`,
    );
  }
  const { status, environment } = (health.body ?? {}) as Record<string, unknown>;
  if (health.status === 503) throw new Broken(`Kalends at ${url} says that it is not well.`);
  if (status !== "OK") throw new Broken(`What answers at ${url} is not Kalends.`);
  if (environment === "production")
    throw new Broken(`${url} runs in production, which has no mailbox to look into.`);
}

const USAGE = `Usage: bun run demo [--url http://localhost:3000] [--patience 60]

  --url       where Kalends runs
  --patience  seconds to wait for each mail`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      url: { type: "string", default: `http://localhost:${process.env["PORT"] || 3000}` },
      patience: { type: "string", default: "60" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return console.log(USAGE);
  if (!URL.canParse(values.url) || !(Number(values.patience) > 0)) throw new Broken(USAGE);
  const url = new URL(values.url).origin;
  await checkHouse(url);
  title(`Kalends at ${url}: one booking, from the first account to the last mail`);
  console.log("docs/first-booking.md is the same by hand, with curl.");
  const client = new Client(url);
  const run = Math.random().toString(36).slice(2, 7).padEnd(5, "0");
  const guest = await perform({ client, patience: Number(values.patience), run });
  title(`\nAll as promised: ${stepsDone()} steps, ${client.requests} requests.`);
  console.log(`Alan's mails  ${url}/dev/mail?to=${encodeURIComponent(guest)}`);
  console.log(`The API       ${url}/swagger`);
}

await main().then(
  () => process.exit(0),
  (error) => {
    console.error(
      `\n${error instanceof Broken || error.code?.startsWith("ERR_PARSE_ARGS") ? error.message : error.stack}`,
    );
    process.exit(1);
  },
);
