// Strangers who look around: free times, with what they have of them already and without, cards, pages and the widget.
import type { Offer } from "../chaos/guests.ts";
import { type Acts, type Crew, type Dice, one, startCrew } from "./actors.ts";
import type { Balancer } from "./balancer.ts";

const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"];

export function startVisitors(
  balancer: Balancer,
  hosts: readonly (readonly Offer[])[],
  pace: { count: number; seed: number; pauseMs: number },
  { hasWidget }: { hasWidget: boolean },
): Crew {
  return startCrew(pace, (visitor, next) => actsOf(balancer, hosts, visitor, next, hasWidget));
}

function actsOf(
  balancer: Balancer,
  hosts: readonly (readonly Offer[])[],
  visitor: number,
  next: Dice,
  hasWidget: boolean,
): Acts {
  const from = `10.2.${visitor >> 8}.${visitor & 255}`;
  const copies = new Map<string, string>();
  let last: string | null = null;
  const read = (kind: string, path: string, headers: Record<string, string> = {}) =>
    balancer.read({ kind, path, headers, from });
  const offer = () => one(one(hosts, next), next);
  const window = () => {
    const first = Temporal.Now.plainDateISO("UTC").add({ days: Math.floor(20 * next()) });
    const timeZone = encodeURIComponent(one(ZONES, next));
    return `from=${first}&until=${first.add({ days: 13 })}&timeZone=${timeZone}`;
  };
  const look = async (path: string) => {
    const reply = await read("slots", path);
    if (reply.status === 200) copies.set(path, reply.headers.get("etag") ?? "");
    last = path;
  };
  const acts: Acts = [
    [5, () => look(`/api/v1/meeting-types/${offer().type.id}/slots?${window()}`)],
    [
      2,
      () => {
        const { host, type } = offer();
        return look(`/api/v1/users/${host.username}/${type.slug}/slots?${window()}`);
      },
    ],
    [
      6,
      async () => {
        if (last === null) return;
        const path = last;
        const reply = await read("slots again", path, {
          "if-none-match": copies.get(path) ?? "",
        });
        if (reply.status === 200) copies.set(path, reply.headers.get("etag") ?? "");
        if (copies.size > 50) copies.clear();
      },
    ],
    [1, () => read("card", `/api/v1/users/${offer().host.username}`)],
    [
      2,
      () => {
        const { host, type } = offer();
        return read("card", `/api/v1/users/${host.username}/${type.slug}`);
      },
    ],
    [1, () => read("page", `/${offer().host.username}`)],
    [
      2,
      () => {
        const { host, type } = offer();
        return read("page", `/${host.username}/${type.slug}`);
      },
    ],
  ];
  return hasWidget ? [...acts, [1, () => read("widget", "/widget.js")]] : acts;
}
