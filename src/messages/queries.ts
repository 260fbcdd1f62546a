import { type Static, Type } from "@sinclair/typebox";
import findMailText from "#sql/messages/find_mail.sql" with { type: "text" };
import insertMailText from "#sql/messages/insert_mail.sql" with { type: "text" };
import listMailsText from "#sql/messages/list_mails.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { IdT, InstantT, IntT, JsonT, MaybeT, TextT } from "../db/type.ts";

const Attachments = JsonT(
  Type.Array(
    Type.Object({
      filename: Type.String(),
      contentType: Type.String(),
      content: Type.String(),
    }),
  ),
);

const Headers = JsonT(Type.Record(Type.String(), Type.String()));

const StoredMailRow = {
  id: IdT,
  sender: TextT,
  recipient: TextT,
  subject: TextT,
  html: TextT,
  text: TextT,
  attachments: Attachments,
  headers: Headers,
  createdAt: InstantT,
};
const StoredMailSchema = Type.Object(StoredMailRow);
export type StoredMail = Static<typeof StoredMailSchema>;

export const insertMail = maybe(
  insertMailText,
  {
    id: IdT,
    sender: TextT,
    recipient: TextT,
    subject: TextT,
    html: TextT,
    text: TextT,
    attachments: Attachments,
    headers: Headers,
    now: InstantT,
  },
  { id: IdT },
);

export const findMail = maybe(findMailText, { id: IdT }, StoredMailRow);

export const listMails = many(
  listMailsText,
  {
    recipient: MaybeT(TextT),
    beforeTime: MaybeT(InstantT),
    beforeId: MaybeT(IdT),
    atMost: IntT,
  },
  StoredMailRow,
);
