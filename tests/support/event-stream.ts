// A client of server-sent events that keeps what it was told.
import { eventually } from "./eventually.ts";

export interface Listener {
  readonly response: Response;
  /** All that came so far. */
  text(): string;
  /** How many hints came so far. */
  hints(): number;
  /** Settles when so many hints are there. */
  heard(count: number): Promise<void>;
  /** Settles when the server ends the stream. */
  readonly ended: Promise<void>;
  /** Goes away without a word. */
  leave(): void;
}

/** Opens a stream; refused ones have an answer and nothing to hear. */
export async function listenTo(
  url: string,
  headers: Record<string, string> = {},
): Promise<Listener> {
  const gone = new AbortController();
  const response = await fetch(url, { headers, signal: gone.signal });
  let text = "";
  const read = async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? [])
        text += decoder.decode(chunk, { stream: true });
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    }
  };
  const ended = read();
  const hints = () => text.split("event: changed\ndata: {}\n\n").length - 1;
  return {
    response,
    text: () => text,
    hints,
    heard: (count) =>
      eventually(() => {
        if (hints() < count) throw new Error(`Heard ${hints()} of ${count} hints: ${text}`);
      }),
    ended,
    leave: () => gone.abort(),
  };
}

/**
 * Settles once the process behind a stream hears of changes: its first stream waits for that, on a busy machine longer
 * than it may.
 */
export async function hearing(url: string): Promise<void> {
  await eventually(async () => {
    const { response, leave } = await listenTo(url);
    leave();
    if (response.status !== 200) throw new Error(`${url} is answered by ${response.status}`);
  });
}
