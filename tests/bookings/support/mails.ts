// The mails that a booking promises, as they would be sent now.
import type { Email } from "../../../src/messages/email/provider.ts";
import type { World } from "../../../src/world.ts";
import { composeRow } from "../../support/compose.ts";

export interface PromisedMail extends Email {
  readonly kind: string;
}

/** By whom they are for; what no longer holds is left out. */
export async function mailsOf(world: World, bookingId: string): Promise<Map<string, PromisedMail>> {
  const rows = await world.db.run(
    `select queue, kind, booking_id, sequence, attendee_id, user_id, created_at from outbox
     where booking_id = $1 and queue = 'emails' order by id`,
    [bookingId],
  );
  const mails = new Map<string, PromisedMail>();
  for (const row of rows) {
    const mail = await composeRow(world, row);
    if (mail) mails.set(mail.to.email, { ...mail, kind: `${row["kind"]}` });
  }
  return mails;
}

/** The calendar file of a mail, its lines unfolded. */
export const icsOf = (mail: Email | undefined): string =>
  (mail?.attachments[0]?.content ?? "").replaceAll("\r\n ", "");
