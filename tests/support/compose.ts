import type { Row } from "../../src/db/sql.ts";
import type { Email } from "../../src/messages/email/provider.ts";
import { composeMail } from "../../src/outbox/compose-mail.ts";
import type { PromiseToKeep, Recipient } from "../../src/outbox/queries.ts";
import type { World } from "../../src/world.ts";

/** The mail of a row of the outbox as it would be sent now, whatever has become of its promise. */
export async function composeRow(world: World, row: Row | undefined): Promise<Email | null> {
  const [user] = await world.db.run(
    `select id, email, email_verified_at is not null as is_verified, username, first_name, last_name, time_zone, locale
     from users where id = $1`,
    [row?.["userId"] as string | null],
  );
  const recipient = (user ?? null) as Recipient | null;
  return composeMail(world, { ...row, recipient } as unknown as PromiseToKeep);
}
