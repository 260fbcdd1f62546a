// What the world's providers have in common: each keeps a log of what it took, and answers as it is told to.
import type { QueueName } from "../../src/jobs.ts";

/** Refuses for now, fails, hangs, or takes what it gets and cuts the connection before it says so. */
export type Mood = "well" | "429" | "500" | "hang" | "cut";
export const MOODS: readonly Mood[] = ["429", "500", "hang", "cut"];

/** What a provider took: it will reach its reader. */
export interface Taken {
  /** What a repeat is told by: the id of its promise. */
  readonly key: string;
  readonly to: string;
  readonly at: number;
  /** Whether whoever handed it over was told so. */
  readonly isAnswered: boolean;
  /** Of a webhook: what it says. */
  readonly event?: Event;
}

export interface Event {
  readonly type: string;
  readonly bookingId: string;
  readonly version: number;
}

type Sql = (text: string) => Promise<readonly Record<string, unknown>[]>;

export interface Provider {
  readonly name: string;
  /** Whose promises it takes. */
  readonly queue: QueueName;
  readonly env: Readonly<Record<string, string>>;
  /** Whether a repeat under the same key reaches nobody: then none may. */
  readonly knowsRepeats: boolean;
  mood: Mood;
  taken(sql: Sql): Promise<readonly Taken[]>;
  /** What it did not take, by key, and when. */
  readonly refused: readonly { readonly key: string; readonly at: number }[];
  /** What it saw that it should never see. */
  readonly complaints: readonly string[];
  stop(): Promise<void>;
}

/** Longer than anybody waits for an answer. */
export const HANG_MS = 30_000;
