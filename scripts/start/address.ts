import { createServer } from "node:net";
import { freePort } from "../postgres.ts";

export type Address = { port: number; url: string };

/** Where the API will listen. Throws in plain words when another program does. */
export async function chooseAddress(env: NodeJS.ProcessEnv): Promise<Address> {
  const wanted = Number(env["PORT"] || 3000);
  // Settings are the API's to judge: it names every wrong one.
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535) return addressOf(env, 3000);
  if (wanted === 0) return addressOf(env, await freePort());
  const address = addressOf(env, wanted);
  const trouble = await tryListening(wanted, env["HOST"] || "0.0.0.0");
  if (trouble === "EADDRINUSE") throw new Error(await whoIsThere(address));
  if (trouble === "EACCES") {
    throw new Error(
      `Port ${wanted} needs more rights than this user has. Choose one above 1023: PORT=3000`,
    );
  }
  return address;
}

/** Waits until the API answers that it is well; says false when `over` comes first. */
export async function untilHealthy({ url }: Address, over: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  over.then(() => {
    isOver = true;
  });
  while (!isOver) {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => null,
    );
    if (answer?.ok) return true;
    await Bun.sleep(50);
  }
  return false;
}

function addressOf(env: NodeJS.ProcessEnv, port: number): Address {
  const host = env["HOST"] || "0.0.0.0";
  const reach =
    host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return { port, url: `http://${reach}:${port}` };
}

function tryListening(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer().once("error", (error) =>
      resolve((error as { code?: string }).code ?? "unknown"),
    );
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

async function whoIsThere({ port, url }: Address): Promise<string> {
  const health = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) })
    .then((answer) => answer.text())
    .catch(() => "");
  const who = /database/.test(health)
    ? "Kalends (this one or another) or a program like it"
    : "another program";
  return `Port ${port} is taken by ${who}. Stop it, or choose another port: PORT=${port + 1} npx bun start`;
}
