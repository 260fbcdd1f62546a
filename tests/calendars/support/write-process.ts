// A process of its own that keeps the calendar promises that are due, as a worker does, and ends.
import { parseConfig } from "../../../src/config.ts";
import { makeWorld } from "../../../src/world.ts";
import { write } from "./writing.ts";

const world = makeWorld(parseConfig(process.env));
await write(world);
await world.db.close();
process.exit(0);
