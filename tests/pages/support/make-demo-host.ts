// The host that /demo leads to, with what bun run db:seed gives her.
import { type Host, makeHost } from "../../support/make.ts";
import { makeType } from "../../support/make-type.ts";
import type { Tour } from "./tour.ts";

const TYPES = [
  {
    title: "Intro call",
    slug: "intro",
    minutes: 15,
    description: "A quarter of an hour to get to know each other.",
  },
  {
    title: "Consultation",
    slug: "consultation",
    minutes: 30,
    description: "Half an hour for one question that you bring along.",
  },
  {
    title: "Workshop",
    slug: "workshop",
    minutes: 60,
    description: "An hour at one table, with a whiteboard and coffee.",
  },
];

/** Ada, who is open from Monday to Friday in Berlin. */
export async function makeDemoHost({ house: { world } }: Tour): Promise<Host> {
  const host = await makeHost(world, { zone: "Europe/Berlin", name: "Ada Lovelace" });
  await world.db.run("update users set username = 'ada' where id = $1", [host.id]);
  for (const { description, ...given } of TYPES)
    await makeType(world, host, given, { description });
  return { ...host, username: "ada" };
}
