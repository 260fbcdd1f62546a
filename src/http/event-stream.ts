import { Type } from "@sinclair/typebox";
import type { Channel } from "../hints.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { limitKey } from "./address.ts";
import { contextOf } from "./context.ts";

const HABITS = {
  heartbeatMs: 10_000,
  /** How long a stream may outlive the right to it. */
  recheckMs: 30_000,
  /** Many changes in a moment are one hint. */
  coalesceMs: 500,
  maxStreams: 5_000,
  maxStreamsPerAddress: 50,
};

/** What a stream tells of. */
export interface Topic {
  readonly channel: Channel;
  /** The ids of what may change. */
  readonly subjects: readonly string[];
  /** The one of them that decides which they are: its change ends the stream, so that clients ask anew. */
  readonly root?: string;
  /** Whether who listens still may; asked from time to time, and no where it cannot be told. */
  readonly mayListen?: () => Promise<boolean>;
}

/** Opens streams of server-sent events (WHATWG HTML §9.2), and bounds how many there are. */
export function eventStreams(world: World, habits: Partial<typeof HABITS> = {}) {
  const { heartbeatMs, recheckMs, coalesceMs, maxStreams, maxStreamsPerAddress } = {
    ...HABITS,
    ...habits,
  };
  const byAddress = new Map<string, number>();
  let open = 0;

  function admit(request: Request): () => void {
    const address = limitKey(contextOf(request).address);
    const mine = byAddress.get(address) ?? 0;
    if (mine >= maxStreamsPerAddress)
      throw tooMany("rate_limited", "Too many open streams from this address.");
    if (open >= maxStreams) throw tooMany("unavailable", "Too many open streams. Poll instead.");
    byAddress.set(address, mine + 1);
    open += 1;
    return () => {
      const left = (byAddress.get(address) ?? 1) - 1;
      if (left === 0) byAddress.delete(address);
      else byAddress.set(address, left);
      open -= 1;
    };
  }

  /** A stream that says `changed` whenever a subject may have changed. Problems: rate_limited, unavailable. */
  async function hintsOf(request: Request, topic: Topic): Promise<Response> {
    const { channel, subjects, root, mayListen } = topic;
    await world.hints.ready();
    // Nobody reads the body of an answer to HEAD, so nobody would ever close it.
    if (request.method === "HEAD") return new Response(null, { headers: HEADERS });
    const undo = [admit(request)];
    const end = () => {
      for (const each of undo.splice(0)) each();
    };
    const body = new ReadableStream({
      start(controller) {
        const say = (text: string) => controller.enqueue(ENCODER.encode(text));
        const close = () => {
          // gone meanwhile
          if (undo.length === 0) return;
          end();
          controller.close();
        };
        let hint: ReturnType<typeof setTimeout> | undefined;
        let isLast = false;
        const hear = (subject: string | null) => {
          isLast ||= subject === root;
          hint ??= setTimeout(() => {
            hint = undefined;
            say("event: changed\ndata: {}\n\n");
            if (isLast) close();
          }, coalesceMs);
        };
        const heartbeat = setInterval(() => say(": still here\n\n"), heartbeatMs);
        const recheck =
          mayListen &&
          setInterval(async () => {
            if (!(await mayListen().catch(() => false))) close();
          }, recheckMs);
        undo.push(
          () => clearInterval(heartbeat),
          () => clearInterval(recheck),
          () => clearTimeout(hint),
          world.hints.subscribe(channel, subjects, hear),
        );
        say("retry: 3000\n\n");
        undo.push(world.hints.onClose(close));
      },
      cancel: end,
    });
    return new Response(body, { headers: HEADERS });
  }

  return Object.assign(hintsOf, { count: () => open });
}

/** What a stream gives, for the OpenAPI document. */
export const Events = Type.Unsafe<Response>(
  Type.String({
    contentMediaType: "text/event-stream",
    examples: ["event: changed\ndata: {}\n\n"],
  }),
);

const ENCODER = new TextEncoder();

const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  // nginx would keep the events until there are enough of them
  "x-accel-buffering": "no",
};

const tooMany = (problem: "rate_limited" | "unavailable", detail: string) =>
  new Problem(problem, detail, { headers: { "retry-after": "30" } });
