// One command: a database if none is configured, its migrations, a demo host, the API and the worker.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { settingIn } from "../src/config.ts";
import { configuredUrl, DATABASE, dataDir, embeddedDataDir } from "./embedded.ts";
import { migrate } from "./migrate.ts";
import { isAlive } from "./postgres/process.ts";
import { ensureDatabase, resetPostgres, type Server, startPostgres } from "./postgres.ts";
import { type Address, chooseAddress, untilHealthy } from "./start/address.ts";
import { type Child, keepRunning, REFUSED } from "./start/child.ts";
import { keptSecret } from "./start/secrets.ts";
import { buildWidget, writeWidget } from "./widget/build.ts";

const ROOT = join(import.meta.dir, "..");
const SEED = join(ROOT, "scripts/seed.ts");

type Running = { children: Child[]; stops: (() => Promise<void>)[] };

/** Resolves when somebody asks us to stop; a second asking ends the children without waiting for their requests. */
function listen(running: Running): { asked: Promise<void>; isAsked: () => boolean } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let times = 0;
  const ask = () => {
    times += 1;
    if (times === 1) resolve();
    else for (const child of running.children) child.kill();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, ask);
  return { asked: promise, isAsked: () => times > 0 };
}

async function start(args: string[]): Promise<number> {
  const watch = args.includes("--watch");
  const running: Running = { children: [], stops: [] };
  const { asked, isAsked } = listen(running);
  try {
    const address = await chooseAddress(process.env);
    if (args.includes("--reset")) await reset();
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      ...secrets(),
      ...(process.env["PORT"] === "0" && { PORT: String(address.port) }),
    };

    if (!configuredUrl()) env["DATABASE_URL"] = await embedded(running, isAsked);
    if (isAsked()) return 0;
    const said = await migrate(configuredUrl() ?? (env["DATABASE_URL"] as string), {
      queue: !settingIn(env, "REDIS_URL"),
    });
    const applied = said.match(/^Applied:/gm)?.length;
    if (applied) console.log(`Applied ${applied} migrations.`);
    if (isAsked()) return 0;
    await buildAnew();
    if (isAsked()) return 0;
    const demo = await seed(env);
    if (isAsked()) return 0;

    running.children = [
      keepRunning("API", join(ROOT, "src/main.ts"), env, watch),
      keepRunning("worker", join(ROOT, "worker/main.ts"), env, watch),
    ];
    const { children } = running;
    running.stops.push(async () => {
      await Promise.all(children.map((child) => child.stop()));
    });
    const ended = Promise.race(children.map((child) => child.gaveUp));
    if (await untilHealthy(address, Promise.race([asked, ended]))) {
      for (const child of children) child.trust();
      announce(address, env, demo);
    }
    return await Promise.race([asked.then(() => 0), ended]);
  } finally {
    if (isAsked() && running.children.length > 0) console.log("Stopping.");
    for (const stop of running.stops.reverse()) await stop();
  }
}

async function reset(): Promise<void> {
  if (configuredUrl()) {
    throw new Error(
      "--reset deletes the embedded database only, and DATABASE_URL names another. Nothing was done.",
    );
  }
  await resetPostgres(embeddedDataDir());
}

// In production the settings have to name them: the API refuses to start without.
function secrets(): Record<string, string> {
  const names = { JWT_SECRET: "jwt-secret", ENCRYPTION_KEY: "encryption-key" };
  if (process.env["NODE_ENV"] === "production") return {};
  const missing = Object.entries(names).filter(
    ([name]) => !process.env[name] && !process.env[`${name}_FILE`],
  );
  return Object.fromEntries(missing.map(([name, file]) => [name, keptSecret(dataDir(), file)]));
}

async function embedded(running: Running, isAsked: () => boolean): Promise<string> {
  const options = { dataDir: embeddedDataDir(), log: console.log };
  const first = await startPostgres(options);
  const port = Number(new URL(first.url).port);
  let server: Server | null = first;
  let busy: Promise<void> | null = null;
  const revive = async () => {
    if (isAsked() || (server && isAlive(server.pid))) return;
    console.error("PostgreSQL ended; starting it again.");
    await server?.stop();
    server = null;
    server = await startPostgres({ ...options, port });
  };
  const watch = setInterval(() => {
    busy ??= revive()
      .catch((error) => console.error(error.message))
      .finally(() => {
        busy = null;
      });
  }, 1_000);
  running.stops.push(async () => {
    clearInterval(watch);
    await busy;
    await server?.stop();
  });
  return ensureDatabase(first.url, DATABASE);
}

/** The widget of this checkout. Where nothing can be written, what was built before is served. */
async function buildAnew(): Promise<void> {
  await buildWidget()
    .then(writeWidget)
    .catch((error) => console.error(`The widget could not be built: ${error?.message ?? error}`));
}

/** Makes the demo host unless there is one; gives the path of its booking page, which seed.ts prints last. */
function seed(env: NodeJS.ProcessEnv): Promise<string | null> {
  if (env["NODE_ENV"] === "production" || !existsSync(SEED)) return Promise.resolve(null);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [SEED], {
      cwd: ROOT,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
    });
    child.once("close", (code) => {
      if (code) console.error("The demo host could not be made; Kalends starts without it.");
      resolve(
        said
          .trim()
          .split("\n")
          .at(-1)
          ?.match(/^\/\S+$/)?.[0] ?? null,
      );
    });
  });
}

function announce({ url }: Address, env: NodeJS.ProcessEnv, demo: string | null): void {
  const isProduction = env["NODE_ENV"] === "production";
  const database = configuredUrl()
    ? "your PostgreSQL"
    : `PostgreSQL in ${relative(ROOT, embeddedDataDir())}`;
  const places = [
    ...(demo ? [`  Book a meeting  ${url}${demo}`, `  On a site       ${url}/demo`] : []),
    `  API             ${url}/swagger`,
    ...(isProduction ? [] : [`  Mail it sent    ${url}/dev/mail`]),
  ];
  console.log(
    `\nKalends is running, with ${database} and the queue on ${settingIn(env, "REDIS_URL") ? "Redis" : "PostgreSQL"}.\n`,
  );
  console.log(`${places.join("\n")}\n\nCtrl-C stops it; what it holds stays for the next start.\n`);
}

await start(process.argv.slice(2)).then(
  (code) => {
    if (code === REFUSED)
      console.error("Mend the settings above (.env.example lists them all) and start again.");
    process.exit(code);
  },
  (error) => {
    const isFull = error?.code === "ENOSPC";
    console.error(
      isFull
        ? `The disk that holds ${dataDir()} is full. Make room and start again.`
        : (error?.message ?? error),
    );
    process.exit(1);
  },
);
