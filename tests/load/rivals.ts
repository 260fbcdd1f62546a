// Pairs of guests who want the same time of the same host at once: one of them gets it at most.
import { type Ask, type Diary, type Entry, insisting, type Offer } from "../chaos/guests.ts";
import { type Crew, type Dice, one, startCrew } from "./actors.ts";
import type { Balancer } from "./balancer.ts";

interface Slots {
  readonly days: readonly { readonly slots: readonly { readonly start: string }[] }[];
}

/** Of all that is free they want one of the first, so that pairs are in each other's way too. */
const FIRST = 40;

export function startRivals(
  balancer: Balancer,
  askOnce: Ask,
  hosts: readonly (readonly Offer[])[],
  diary: Diary,
  pace: { count: number; seed: number; pauseMs: number },
): Crew {
  let names = 0;

  async function race(pair: number, next: Dice): Promise<void> {
    const insist = insisting(askOnce, next);
    const offers = one(hosts, next);
    const [mine, yours] = [one(offers, next), one(offers, next)];
    const found = await balancer.read({
      kind: "slots",
      path: `/api/v1/meeting-types/${mine.type.id}/slots`,
      from: `10.4.0.${pair}`,
    });
    if (found.status !== 200) return;
    const free = (JSON.parse(found.text) as Slots).days.flatMap(({ slots }) => slots);
    // What is about to be too soon would be refused for that.
    const { start } = one(free.slice(3, FIRST), next);
    const answers = await Promise.all(
      [mine, yours].map(({ type }) => {
        names += 1;
        const guest = { name: "Rival", email: `rival-${names}@example.com`, timeZone: "UTC" };
        const body = { meetingTypeId: type.id, start, guest };
        return insist("POST", "/bookings", body, { "idempotency-key": crypto.randomUUID() });
      }),
    );
    const made = answers.filter(({ status }) => status === 201);
    for (const { body } of made) {
      const { id } = body["booking"] as { id: string };
      diary.entries.set(id, { id, may: [start] });
    }
    if (made.length > 1) throw new Error(`Both rivals were given ${start}`);
    for (const { status, body } of answers)
      if (status !== 201 && body["code"] !== "slot_taken")
        throw new Error(`A rival was refused: ${JSON.stringify(body)}`);
    const [won] = made;
    // So that there is always something free among the first.
    if (won && next() < 0.7) await giveUp(won.body, insist, diary);
  }

  return startCrew(pace, (pair, next) => [[1, () => race(pair, next)]]);
}

async function giveUp(
  made: Readonly<Record<string, unknown>>,
  insist: ReturnType<typeof insisting>,
  diary: Diary,
): Promise<void> {
  const { id } = made["booking"] as { id: string };
  const token = new URL(`${made["cancelUrl"]}`).searchParams.get("token") ?? "";
  const entry: Entry = diary.entries.get(id)!;
  entry.may = [...entry.may, null];
  const { status } = await insist(
    "PATCH",
    `/bookings/${id}/cancel`,
    {},
    { "x-booking-token": token },
  );
  if (status !== 200) throw new Error(`Cancelling was refused with ${status}`);
  entry.may = [null];
}
