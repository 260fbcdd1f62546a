import { listen } from "./db/listen.ts";
import { Problem } from "./problem.ts";

const READY_WITHIN_MS = 3_000;

/** Of what there are hints: free times (of a type or a host), and what users are told in the app. */
const CHANNELS = ["availability", "notifications"] as const;
export type Channel = (typeof CHANNELS)[number];

/** Who wants to hear that something may have changed, in whichever process: hints, never data. */
export interface Hints {
  /** Settles once hints arrive; what changed before it is not told. Problems: unavailable. */
  ready(): Promise<void>;
  /**
   * Calls back whenever one of the subjects (ids) of a channel may have changed, with null for whichever of them; returns
   * how to stop that.
   */
  subscribe(
    channel: Channel,
    subjects: readonly string[],
    heard: (subject: string | null) => void,
  ): () => void;
  /** Calls back when this process is about to stop, at once where it is; returns how to stop that. */
  onClose(closing: () => void): () => void;
  /** Nobody hears anything any more. */
  close(): Promise<void>;
}

/**
 * Hints by NOTIFY, whose payload is a subject; all channels on one connection, from the first ready() on.
 * @param caughtUp settles when whoever is told of free times and reads them finds what was committed before the call
 */
export function makeHints(url: string, caughtUp?: () => Promise<void>): Hints {
  // By channel and subject: a user's id as a host is not the same as his own.
  const byTopic = new Map<string, Set<() => void>>();
  const closings = new Set<() => void>();
  let ear: { isOpen: Promise<void>; close: () => Promise<void> } | null = null;
  let isClosed = false;

  const hear = (topic: string) => {
    for (const tell of byTopic.get(topic) ?? []) tell();
  };

  // A replica shows a change a moment after we hear of it, and who is told reads only once.
  function hearOnceRead(topic: string): void {
    if (caughtUp === undefined || !topic.startsWith("availability ")) hear(topic);
    else if (byTopic.has(topic)) void caughtUp().then(() => hear(topic));
  }

  function openEar() {
    const first = Promise.withResolvers<void>();
    const close = listen(url, CHANNELS, (channel, subject) => {
      if (channel !== null) return hearOnceRead(`${channel} ${subject}`);
      // Listening anew, after a time of deafness in which anything may have changed.
      for (const topic of [...byTopic.keys()]) hearOnceRead(topic);
      first.resolve();
    });
    return { isOpen: first.promise, close };
  }

  return {
    async ready() {
      ear ??= openEar();
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(late.reject, READY_WITHIN_MS, deaf());
      await Promise.race([ear.isOpen, late.promise]).finally(() => clearTimeout(timer));
    },
    subscribe(channel, subjects, heard) {
      const tells = subjects.map((subject) => {
        const topic = `${channel} ${subject}`;
        const tell = () => heard(subject);
        byTopic.set(topic, (byTopic.get(topic) ?? new Set()).add(tell));
        return { topic, tell };
      });
      let isOver = false;
      // What changed just before may not be there to be read yet.
      if (channel === "availability") void caughtUp?.().then(() => isOver || heard(null));
      return () => {
        isOver = true;
        for (const { topic, tell } of tells) {
          const told = byTopic.get(topic);
          told?.delete(tell);
          if (told?.size === 0) byTopic.delete(topic);
        }
      };
    },
    onClose(closing) {
      if (isClosed) closing();
      else closings.add(closing);
      return () => {
        closings.delete(closing);
      };
    },
    async close() {
      isClosed = true;
      for (const closing of [...closings]) closing();
      await ear?.close();
    },
  };
}

const deaf = () =>
  new Problem("unavailable", "Changes cannot be heard at present. Poll instead.", {
    headers: { "retry-after": "10" },
  });
