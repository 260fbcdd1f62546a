// The development mailbox, as a guest would look into his own.
import type { Client } from "./client.ts";
import { aside, Broken } from "./stage.ts";

export interface Mail {
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly {
    readonly filename: string;
    readonly contentType: string;
    readonly content: string;
  }[];
}

/** What of an invitation the play looks at. */
export interface Invitation {
  readonly filename: string;
  readonly method: string;
  readonly uid: string;
  readonly sequence: number;
  readonly start: Temporal.Instant;
  readonly organizer: string;
  readonly attendee: string;
  readonly hasAlarm: boolean;
}

const HINT_AFTER_MS = 5_000;

/** Waits for the mail that `isIt` means, for so many seconds. */
export async function awaitMail(
  client: Client,
  to: string,
  seconds: number,
  isIt: (mail: Mail) => boolean,
): Promise<Mail> {
  const started = performance.now();
  let isHinted = false;
  for (let pause = 250; ; pause = Math.min(1.5 * pause, 2_000)) {
    const path = `/dev/mail?to=${encodeURIComponent(to)}`;
    const { data } = await client.ask<{ data: Mail[] }>("GET", path, 200, { isQuiet: true });
    const found = data.find(isIt);
    if (found) return found;
    const waited = performance.now() - started;
    if (waited > seconds * 1000) throw new Broken(await whyNoMail(client, to, seconds));
    if (waited > HINT_AFTER_MS && !isHinted) {
      aside("No mail yet. The worker sends at most EMAIL_RATE_LIMIT mails a minute; waiting …");
      isHinted = true;
    }
    await Bun.sleep(pause);
  }
}

async function whyNoMail(client: Client, to: string, seconds: number): Promise<string> {
  const { queue } = await client.ask<{
    queue: { duePromises: number | null; lagSeconds: number | null };
  }>("GET", "/health/ready", 200, { isQuiet: true });
  const waiting = queue.duePromises
    ? ` ${queue.duePromises} promises wait to be kept, the oldest for ${queue.lagSeconds} s.`
    : "";
  return `No mail to ${to} came within ${seconds} s.${waiting}\nThe worker sends the mails: does it run? "bun start" starts it with the API, "bun run worker" alone.`;
}

/** The calendar file of a mail, or null. */
export function invitationOf(mail: Mail): Invitation | null {
  const file = mail.attachments.find(({ contentType }) => contentType.startsWith("text/calendar"));
  if (!file) return null;
  const lines = file.content.replace(/\r\n[ \t]/g, "").split("\r\n");
  const value = (name: string) =>
    lines.find((line) => line.startsWith(`${name}:`) || line.startsWith(`${name};`)) ?? "";
  const after = (name: string) => value(name).slice(name.length + 1);
  return {
    filename: file.filename,
    method: after("METHOD"),
    uid: after("UID"),
    sequence: Number(after("SEQUENCE")),
    start: Temporal.Instant.from(after("DTSTART")),
    organizer: value("ORGANIZER").replace(/^.*mailto:/, ""),
    attendee: value("ATTENDEE").replace(/^.*mailto:/, ""),
    hasAlarm: lines.includes("BEGIN:VALARM"),
  };
}

/** What the guest's link of this kind leads to: its path, and the token in it. */
export function linkIn(
  mail: Mail,
  kind: "reschedule" | "cancel",
): { path: string; token: string } | null {
  const pattern = new RegExp(`https?://[^\\s/]+(/b/[\\w-]+/${kind}\\?token=([\\w.-]+))(?=\\s|$)`);
  const [, path, token] = pattern.exec(mail.text) ?? [];
  return path && token ? { path, token } : null;
}
