import { Type } from "@sinclair/typebox";
import { QUEUES } from "../../jobs.ts";
import { Id, Instant, Nullable, OneOf } from "../../schema.ts";
import { type PromisedRow, TROUBLES } from "../queries.ts";

export const TroubledPromise = Type.Object({
  id: Id,
  queue: OneOf(...QUEUES),
  kind: Type.String({ examples: ["BOOKING_CONFIRMATION"] }),
  state: OneOf(...TROUBLES),
  bookingId: Nullable(Id),
  attendeeId: Nullable(Id),
  userId: Nullable(Id),
  attempts: Type.Integer({ description: "How often it was dispatched" }),
  lastError: Nullable(Type.String({ description: "In the provider's words" })),
  dueAt: Type.Union([Instant, Type.Null()], { description: "When it is tried next" }),
  failedAt: Nullable(Instant),
  createdAt: Instant,
});

export const promiseOf = ({ dueAt, doneAt, createdAt, ...row }: PromisedRow) => ({
  ...row,
  dueAt: row.state === "retrying" ? dueAt.toString() : null,
  failedAt: doneAt?.toString() ?? null,
  createdAt: createdAt.toString(),
});

const Word = (description: string, example: string) =>
  Type.Optional(Type.String({ maxLength: 20, description, examples: [example] }));

export const PromiseFilter = {
  state: Word(`${TROUBLES.join(", ")}; both unless you say`, "failed"),
  queue: Word(QUEUES.join(", "), "emails"),
};
