// Where something that was written down can still be found.

import { sql } from "../../worker/support/backends.ts";

/** The tables, BullMQ's too, with a row that holds one of these words anywhere: "attendees: Grace". */
export async function tracesOf(url: string, words: readonly string[]): Promise<string[]> {
  const tables = await sql(
    url,
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const looks = tables.map(
    ({ name }) =>
      `select '${name}: ' || word as trace from unnest($1::text[]) as word
       where exists (select from ${name} x where strpos(lower(x::text), lower(word)) > 0)`,
  );
  const found = await sql(url, looks.join(" union all "), [words as never]);
  return found.map(({ trace }) => trace).sort();
}

/** What Redis holds of these words, in any key or value. */
export async function tracesInRedis(url: string, words: readonly string[]): Promise<string[]> {
  const client = new Bun.RedisClient(url);
  try {
    const keys = (await client.send("KEYS", ["*"])) as string[];
    const dumps = await Promise.all(
      keys.map(async (key) => {
        const type = await client.send("TYPE", [key]);
        const [command, ...rest] = READS[type as keyof typeof READS] ?? ["DUMP"];
        return `${key} ${JSON.stringify(await client.send(command!, [key, ...rest]))}`;
      }),
    );
    return dumps.filter((dump) => words.some((word) => dump.includes(word)));
  } finally {
    client.close();
  }
}

const READS = {
  string: ["GET"],
  hash: ["HGETALL"],
  list: ["LRANGE", "0", "-1"],
  set: ["SMEMBERS"],
  zset: ["ZRANGE", "0", "-1", "WITHSCORES"],
  stream: ["XRANGE", "-", "+"],
};
