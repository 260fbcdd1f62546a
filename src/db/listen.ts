import postgres from "postgres";

// Before listening again after the connection was lost.
const AGAIN_MS = 1_000;
// The driver may leave a statement without an answer when its connection dies.
const ANSWER_WITHIN_MS = 10_000;

interface Ear {
  readonly sql: postgres.Sql;
  isLost: boolean;
}

/**
 * Calls back with the channel and the payload of every NOTIFY until the returned function is called; with
 * nulls whenever it begins to listen, since what was said before is lost. On a connection of its own, which no
 * transaction pooler may carry. The driver's own listen() gives up for good, without a word, when
 * the database is not back at its first try.
 */
export function listen(
  url: string,
  channels: readonly string[],
  heard: (...said: [channel: string, payload: string] | [null, null]) => void,
): () => Promise<void> {
  let isOver = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  let ear = open();

  function open(): Ear {
    const options = {
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: 5,
      fetch_types: false,
      onnotice: () => {},
      onnotify: (channel: string, payload: string) => heard(channel, payload),
      onclose: () => lose(mine),
      connection: { application_name: "kalends listener" },
    };
    const mine: Ear = { sql: postgres(url, options), isLost: false };
    const late = setTimeout(() => lose(mine), ANSWER_WITHIN_MS);
    mine.sql
      .unsafe(channels.map((channel) => `listen "${channel}"`).join("; "))
      .then(
        () => mine.isLost || heard(null, null),
        () => lose(mine),
      )
      .finally(() => clearTimeout(late));
    return mine;
  }

  function lose(lost: Ear): void {
    if (lost.isLost) return;
    lost.isLost = true;
    lost.sql.end({ timeout: 0 }).catch(() => {});
    if (isOver) return;
    again = setTimeout(() => {
      ear = open();
    }, AGAIN_MS);
  }

  return async () => {
    isOver = true;
    clearTimeout(again);
    ear.isLost = true;
    await ear.sql.end({ timeout: 1 });
  };
}
