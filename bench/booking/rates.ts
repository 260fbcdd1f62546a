// How many a second, each way.
import bookText from "#sql/bookings/book.sql" with { type: "text" };
import { plain } from "../support/capture.ts";
import { type Child, startBare } from "../support/child.ts";
import { load, wire } from "../support/load.ts";
import { type House, type Kind, POOL } from "./house.ts";

const AT_ONCE = 16;

/** Runs all of the calls, so many at once; how many of them a second. */
async function rateOf(calls: (() => Promise<unknown>)[]): Promise<number> {
  const count = calls.length;
  const before = performance.now();
  const worker = async () => {
    for (let call = calls.pop(); call; call = calls.pop()) await call();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (count / (performance.now() - before)) * 1000;
}

/** Over HTTP; throws unless each is answered so. */
async function served(server: Child, requests: Uint8Array[], status: number): Promise<number> {
  const { perSecond, statuses } = await load(server.url, requests, AT_ONCE);
  if (statuses[status] !== requests.length)
    throw new Error(`${server.url} answered ${JSON.stringify(statuses)}`);
  return perSecond;
}

async function times<T>(count: number, make: () => T | Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count) made.push(await make());
  return made;
}

/** The statement that books, from here. What comes before it is not measured. */
export async function bookByStatement(house: House, kind: Kind, count: number): Promise<number> {
  const prepared = await times(count, () => house.prepare(kind));
  return rateOf(
    prepared.map(({ take }) => async () => {
      const rows = await house.world.db.run(take.text, take.values);
      if (rows.length !== 1) throw new Error("The statement booked nothing");
    }),
  );
}

export const startBareBooking = (house: House): Promise<Child> =>
  startBare(house.env["DATABASE_URL"]!, POOL, { book: { text: bookText, values: [] } });

/** The same by a bare handler, which is sent the statement's values. */
export async function bookBare(
  bare: Child,
  house: House,
  kind: Kind,
  count: number,
): Promise<number> {
  const requests = await times(count, async () => {
    const { take } = await house.prepare(kind);
    return wire("POST", "/book", { body: JSON.stringify({ values: plain(take.values) }) });
  });
  return served(bare, requests, 200);
}

export async function bookByHttp(
  api: Child,
  house: House,
  kind: Kind,
  count: number,
): Promise<number> {
  const body = () => JSON.stringify(house.next(kind));
  const requests = await times(count, () => wire("POST", "/api/v1/bookings", { body: body() }));
  return served(api, requests, 201);
}

/** The statement of a month of free times, from here. */
export async function readByStatement(house: House, kind: Kind, count: number): Promise<number> {
  const statements = await times(count, () => house.month(kind).statement());
  return rateOf(
    statements.map(
      ({ text, values }) =>
        () =>
          house.world.db.run(text, values),
    ),
  );
}

export async function readByHttp(
  api: Child,
  house: House,
  kind: Kind,
  count: number,
): Promise<number> {
  const requests = await times(count, () => wire("GET", house.month(kind).path));
  return served(api, requests, 200);
}
