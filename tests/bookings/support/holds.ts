import type { Answer, Api } from "../../support/world.ts";

/** Asks for a hold as a widget would. */
export const hold = (
  api: Api,
  type: { id: string },
  start: string,
  more: object = {},
): Promise<Answer> => api("POST", `/meeting-types/${type.id}/holds`, { body: { start, ...more } });

/** The starts of a day that are offered. */
export async function startsOf(
  api: Api,
  type: { id: string },
  date: string,
  more = "",
): Promise<string[]> {
  const path = `/meeting-types/${type.id}/slots?from=${date}&until=${date}${more}`;
  const { body } = await api("GET", path);
  return (body.days as { slots: { start: string }[] }[]).flatMap(({ slots }) =>
    slots.map(({ start }) => start),
  );
}

/** The starts of Monday, 23 November 2026, that are offered, with the seats that are left. */
export async function startsAndSeatsOf(
  api: Api,
  type: { id: string },
): Promise<[string, number | undefined][]> {
  const path = `/meeting-types/${type.id}/slots?from=2026-11-23&until=2026-11-23`;
  const { body } = await api("GET", path);
  return (body.days as { slots: { start: string; seatsLeft?: number }[] }[]).flatMap(({ slots }) =>
    slots.map(({ start, seatsLeft }): [string, number | undefined] => [start, seatsLeft]),
  );
}
