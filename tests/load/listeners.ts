// Open pages that want to hear of changes: each keeps a stream for a while, opens it again where it breaks, and leaves.
import type { Offer } from "../chaos/guests.ts";
import { type Crew, type Dice, one, startCrew } from "./actors.ts";
import type { Balancer } from "./balancer.ts";
import type { Tally } from "./tally.ts";

export interface Heard {
  opened: number;
  /** Ended by the other side, as when its process is killed. */
  ended: number;
  hints: number;
}

const LONGEST_MS = 20_000;

export function startListeners(
  balancer: Balancer,
  tally: Tally,
  hosts: readonly (readonly Offer[])[],
  pace: { count: number; seed: number; pauseMs: number },
): Crew & { readonly heard: Heard } {
  const heard: Heard = { opened: 0, ended: 0, hints: 0 };
  const gone = new AbortController();

  async function listen(listener: number, next: Dice): Promise<void> {
    const { host, type } = one(one(hosts, next), next);
    const isHost = next() < 0.3;
    const path = isHost ? "/notifications/events" : `/meeting-types/${type.id}/slots/events`;
    const url = balancer.pick();
    const leave = new AbortController();
    const timer = setTimeout(() => leave.abort(), LONGEST_MS * next());
    const began = performance.now();
    try {
      const response = await fetch(`${url}/api/v1${path}`, {
        headers: {
          "x-forwarded-for": `10.5.0.${listener}`,
          ...(isHost && { authorization: `Bearer ${host.token}` }),
        },
        signal: AbortSignal.any([leave.signal, gone.signal]),
      });
      const { status } = response;
      tally.note({ kind: "stream", status, ms: performance.now() - began, at: Date.now() });
      if (status !== 200) {
        await response.body?.cancel();
        return;
      }
      heard.opened += 1;
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? [])
        heard.hints += decoder.decode(chunk, { stream: true }).split("event: changed").length - 1;
      heard.ended += 1;
    } catch {
      if (leave.signal.aborted || gone.signal.aborted) return;
      heard.ended += 1;
      balancer.leaveAlone(url);
    } finally {
      clearTimeout(timer);
    }
  }

  const crew = startCrew(pace, (listener, next) => [[1, () => listen(listener, next)]]);
  return {
    heard,
    stop: () => {
      const faults = crew.stop();
      gone.abort();
      return faults;
    },
  };
}
