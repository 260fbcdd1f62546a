import { listen } from "./db/listen.ts";
import { Problem } from "./problem.ts";

const READY_WITHIN_MS = 3_000;

/** Who wants to hear that something may have changed, in whichever process: hints, never data. */
export interface Hints {
  /** Settles once hints arrive; what changed before it is not told. Problems: unavailable. */
  ready(): Promise<void>;
  /** Calls back whenever one of the subjects (ids) may have changed; returns how to stop that. */
  subscribe(subjects: readonly string[], heard: (subject: string) => void): () => void;
  /** Calls back when this process is about to stop, at once where it is; returns how to stop that. */
  onClose(closing: () => void): () => void;
  /** Nobody hears anything any more. */
  close(): Promise<void>;
}

/** Hints by NOTIFY on one channel, whose payload is a subject. Listens from the first ready() on. */
export function makeHints(url: string, channel: string): Hints {
  const bySubject = new Map<string, Set<(subject: string) => void>>();
  const closings = new Set<() => void>();
  let ear: { isOpen: Promise<void>; close: () => Promise<void> } | null = null;
  let isClosed = false;

  const hear = (subject: string) => {
    for (const tell of bySubject.get(subject) ?? []) tell(subject);
  };

  function openEar() {
    const first = Promise.withResolvers<void>();
    const close = listen(url, channel, (subject) => {
      if (subject !== null) return hear(subject);
      // Listening anew, after a time of deafness in which anything may have changed.
      for (const each of [...bySubject.keys()]) hear(each);
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
    subscribe(subjects, heard) {
      for (const subject of subjects)
        bySubject.set(subject, (bySubject.get(subject) ?? new Set()).add(heard));
      return () => {
        for (const subject of subjects) {
          const told = bySubject.get(subject);
          told?.delete(heard);
          if (told?.size === 0) bySubject.delete(subject);
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
