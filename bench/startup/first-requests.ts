// What the first request to a part costs that is loaded, compiled or connected by then, beside the next ones.
import type { World } from "../../src/world.ts";
import { makeHost, makeMeetingType } from "../../tests/support/make.ts";
import { median } from "../support/numbers.ts";
import { settings, startProgram } from "./program.ts";

const NEXT = 20;

export interface First {
  readonly what: string;
  readonly firstMs: number;
  /** The median of those after it. */
  readonly nextMs: number;
}

/** Asks a fresh process for each part in turn. */
export async function firstRequests(world: World, file: string): Promise<First[]> {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const signedIn = { authorization: `Bearer ${host.token}` };
  await using program = startProgram(file, world.config.DATABASE_URL);
  await program.untilReady();
  const api = `${program.url}/api/v1`;
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const slots = `${api}/meeting-types/${type.id}/slots?from=${day(2)}&until=${day(30)}&timeZone=UTC`;
  const [start, end] = [`${day(40)}T10:00:00Z`, `${day(40)}T10:30:00Z`];
  const booked = (await (
    await fetch(`${api}/bookings`, {
      method: "POST",
      headers: { ...signedIn, "content-type": "application/json" },
      body: JSON.stringify({ title: "Focus", start, end }),
    })
  ).json()) as { booking?: { id: string } };
  if (!booked.booking) throw new Error(`Not booked: ${JSON.stringify(booked)}`);
  const parts: [what: string, url: string, headers?: Record<string, string>][] = [
    ["free times", slots],
    ["a host's page", `${program.url}/${host.username}`],
    ["my bookings", `${api}/bookings`, signedIn],
    ["an invitation", `${api}/bookings/${booked.booking.id}/calendar.ics`, signedIn],
    [
      "metrics",
      `${program.url}/metrics`,
      {
        authorization: `Bearer ${settings("").METRICS_TOKEN}`,
      },
    ],
    ["the API's document", `${program.url}/swagger/json`],
    ["Swagger UI's script", `${program.url}/swagger/assets/bundle.js`],
  ];
  const all: First[] = [];
  for (const [what, url, headers = {}] of parts) {
    const times: number[] = [];
    for (let n = 0; n <= NEXT; n += 1) {
      const begin = performance.now();
      const response = await fetch(url, { headers });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${what}: ${response.status}`);
      times.push(performance.now() - begin);
    }
    all.push({ what, firstMs: times[0]!, nextMs: median(times.slice(1)) });
  }
  return all;
}
