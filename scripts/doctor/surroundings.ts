import { statfsSync } from "node:fs";
import { canaries, TZDATA_VERSION } from "../../src/availability/zone.ts";
import type { Config } from "../../src/config.ts";
import { ok, problem, type Result, reason, warning } from "./finding.ts";

const ANSWER_WITHIN_MS = 10_000;
const GIB = 1024 ** 3;

/** Whether the zone data are right, and not older than a year's changes. */
export function checkZones(year = new Date().getUTCFullYear(), version = TZDATA_VERSION): Result {
  const wrong = canaries().filter(({ ok: isRight }) => !isRight);
  const mend = "Update Kalends: its zone data come with it (moment-timezone).";
  if (wrong.length > 0)
    return problem(`wrong in ${wrong.map(({ zone }) => zone).join(", ")}`, mend);
  return Number.parseInt(version, 10) < year - 1
    ? warning(`tzdata ${version} is more than a year old`, mend)
    : ok(`tzdata ${version}`);
}

/** Whether Kalends answers at PUBLIC_URL, and providers may push there. */
export async function checkPublicUrl({ PUBLIC_URL, NODE_ENV }: Config): Promise<Result> {
  const url = new URL(PUBLIC_URL);
  let response: Response;
  try {
    response = await fetch(`${PUBLIC_URL}/health`, {
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch (error) {
    return warning(
      `${url.origin} does not answer from here: ${reason(error)}`,
      "Right while the API is not started. Else see its name in the DNS, its certificate, and what stands before it.",
    );
  }
  if (response.status >= 300 && response.status < 400)
    return problem(
      `${url.origin} leads elsewhere (${response.status})`,
      "Set PUBLIC_URL to the address that it leads to: what posts there is not led on.",
    );
  if (!response.headers.has("x-request-id"))
    return problem(
      `somebody else answers at ${url.origin} (${response.status})`,
      "Let the proxy lead that address to the API, with every path.",
    );
  if (!response.ok)
    return problem(`Kalends answers ${response.status} there`, "See the log of the API.");
  if (url.protocol !== "https:")
    return warning(
      `${url.origin} answers, but calendars cannot push to http, and what people type can be read`,
      NODE_ENV === "production"
        ? "Put a proxy with a certificate before it, and let PUBLIC_URL be https."
        : "All right while developing; calendars are polled.",
    );
  return ok(`${url.origin} answers`);
}

/** Whether there is room where this process writes. */
export function checkDisk(folders: readonly string[]): Result {
  const rooms = folders.map((folder) => {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return { folder, free: bavail * bsize, all: blocks * bsize };
  });
  return judgeRooms(rooms);
}

/** Judges the emptiest of them. Sizes are bytes. */
export function judgeRooms(
  rooms: readonly { folder: string; free: number; all: number }[],
): Result {
  const [least] = rooms.toSorted((a, b) => a.free - b.free);
  if (!least) return ok("nothing to look at");
  const said = `${(least.free / GIB).toFixed(1)} GiB free at ${least.folder}`;
  const mend = "Make room; PostgreSQL stops taking anything when its disk is full.";
  if (least.free < 0.2 * GIB) return problem(said, mend);
  return least.free < 2 * GIB && least.free < 0.1 * least.all ? warning(said, mend) : ok(said);
}
