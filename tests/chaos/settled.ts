// When everything that was promised is kept, or nothing moves any more.
import type { Stage } from "./stage.ts";

// Nothing was kept for so long: longer than a lease, after which what was in the hands of who was killed comes back, and
// than an SMS in doubt waits. A slow machine is given its time.
const STUCK_AFTER_MS = 240_000;

/** What is open after all, counted by what is known of it. */
export async function openByReason({ server }: Stage) {
  return server.sql(
    `select queue, attempts, left(last_error, 100) as error, count(*)::int as n,
       min(due_at - now())::text as due_from, max(due_at - now())::text as due_until
     from outbox where done_at is null and (attempts > 0 or due_at <= now()) group by 1, 2, 3 order by n desc limit 20`,
  );
}

/** Waits until nothing that is due is open, or nothing moves; how much is. What was put off is tried again at once. */
export async function settled({ server }: Stage): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  let until = 0;
  for (;;) {
    await server.sql(
      "update outbox set due_at = now() where done_at is null and due_at > now() + interval '2 minutes' and last_error is not null",
    );
    const [row] = await server.sql(
      "select count(*)::int as n from outbox where done_at is null and (attempts > 0 or due_at <= now())",
    );
    const open = Number(row?.["n"]);
    if (open < least) {
      least = open;
      until = Date.now() + STUCK_AFTER_MS;
    }
    if (open === 0 || Date.now() > until) return open;
    await Bun.sleep(2_000);
  }
}
