import type { Static, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { UnrecoverableError } from "bullmq";

/** A job's payload, if it is what its queue carries; else the job fails for good. */
export function parsed<T extends TSchema>(schema: T, data: unknown): Static<T> {
  if (Value.Check(schema, data)) return data;
  throw new UnrecoverableError("Cannot read this job: its payload is of another shape");
}
