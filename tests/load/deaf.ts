// Whether every API process tells of a change that another one made, after all that happened to it.
import type { Offer } from "../chaos/guests.ts";
import { listenTo } from "../support/event-stream.ts";
import { eventually } from "../support/eventually.ts";

/** Settles once a process opens streams. */
export const untilItHears = (url: string, { type }: Offer): Promise<void> =>
  eventually(async () => {
    const { response, leave } = await listenTo(eventsOf(url, type));
    leave();
    if (response.status !== 200) throw new Error(`${url} opens no stream: ${response.status}`);
  });

/** Changes a meeting type by one process while a stream is open at each; which processes did not tell. */
export async function findDeaf(urls: readonly string[], { host, type }: Offer): Promise<string[]> {
  const streams = await Promise.all(urls.map((url) => listenTo(eventsOf(url, type))));
  const changed = await fetch(`${urls[0]}/api/v1/meeting-types/${type.id}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${host.token}`, "content-type": "application/json" },
    body: JSON.stringify({ minimumNoticeMinutes: 5 }),
  });
  if (changed.status !== 200) return [`The meeting type was not changed: ${changed.status}`];
  const told = await Promise.allSettled(streams.map((stream) => stream.heard(1)));
  for (const stream of streams) stream.leave();
  return told.flatMap(({ status }, i) =>
    status === "fulfilled" ? [] : [`${urls[i]} told nobody of a change`],
  );
}

const eventsOf = (url: string, { id }: { id: string }): string =>
  `${url}/api/v1/meeting-types/${id}/slots/events`;
