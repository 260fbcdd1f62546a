import { Value } from "@sinclair/typebox/value";
import type { NoticeFacts, NoticeType, Reader } from "../messages/facts.ts";
import { noticeText } from "../messages/templates/notice.ts";
import { wordsFor } from "../messages/templates/words.ts";
import { NOTICES } from "./kinds.ts";
import type { NotificationRow } from "./queries.ts";
import type { Notification } from "./schema.ts";

/** A notification as the wire shows it, in the words of whoever reads it now. */
export function notificationOf(
  { metadata: { told, ...metadata }, ...row }: NotificationRow,
  reader: Pick<Reader, "timeZone" | "locale">,
): Notification {
  const text = told ?? textOf(row.type, metadata, reader);
  return { ...row, ...text, metadata, createdAt: row.createdAt.toString() };
}

function textOf(type: string, metadata: object, reader: Pick<Reader, "timeZone" | "locale">) {
  if (!isNotice(type) || !Value.Check(NOTICES[type], metadata))
    return wordsFor(reader.locale).notice;
  return noticeText(type, metadata as NoticeFacts[typeof type], reader);
}

const isNotice = (type: string): type is NoticeType => Object.hasOwn(NOTICES, type);
