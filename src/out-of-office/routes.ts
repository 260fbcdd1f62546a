import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { IdempotencyKey } from "../http/idempotency.ts";
import { Paging, Query } from "../http/paging.ts";
import { etagOf, expectationOf, IfMatch } from "../http/version.ts";
import { Id, Message, Page } from "../schema.ts";
import type { World } from "../world.ts";
import { addAbsence, changeAbsence, getAbsence, removeAbsence } from "./absences.ts";
import { listAbsences } from "./queries.ts";
import { Absence, AbsencePatch, absenceOf, NewAbsence } from "./schema.ts";

const Mine = { tags: ["Schedules"], security: [{ bearer: [] }] };
const ById = Type.Object({ id: Id });

export const outOfOffice = (world: World) =>
  new Elysia({ name: "out-of-office", normalize: false })
    .use(auth(world))
    .get(
      "/out-of-office",
      async ({ caller, query }) => {
        const limit = limitOf(query);
        const rows = await listAbsences(world.db, {
          userId: caller.user.id,
          ...newestAfter(query.cursor),
          limit: limit + 1,
        });
        return pageOf(rows, limit, absenceOf, newestCursor);
      },
      {
        signedIn: true,
        query: Query(Paging),
        response: answers({ 200: Page(Absence) }, "unauthorized"),
        detail: { ...Mine, summary: "When I am away, newest first" },
      },
    )
    .post(
      "/out-of-office",
      async ({ caller, body, headers, set, status }) => {
        const key = headers["idempotency-key"];
        const { absence, isReplay } = await addAbsence(world, caller.user.id, body, key);
        if (isReplay) set.headers["idempotency-replayed"] = "true";
        set.headers.etag = etagOf(absence);
        return status(201, absenceOf(absence));
      },
      {
        signedIn: true,
        headers: IdempotencyKey,
        body: NewAbsence,
        response: answers({ 201: Absence }, "unauthorized", "not_found", "idempotency_mismatch"),
        detail: {
          ...Mine,
          summary: "I am away",
          description: "No time is offered on these dates. Bookings that exist stay as they are.",
        },
      },
    )
    .get(
      "/out-of-office/:id",
      async ({ caller, params, set }) => {
        const row = await getAbsence(world, { userId: caller.user.id, id: params.id });
        set.headers.etag = etagOf(row);
        return absenceOf(row);
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: Absence }, "unauthorized", "not_found"),
        detail: { ...Mine, summary: "One absence of mine" },
      },
    )
    .patch(
      "/out-of-office/:id",
      async ({ caller, params, headers, body: { version, ...patch }, set }) => {
        const at = { userId: caller.user.id, id: params.id };
        const row = await changeAbsence(world, at, patch, expectationOf(headers, version));
        set.headers.etag = etagOf(row);
        return absenceOf(row);
      },
      {
        signedIn: true,
        params: ById,
        headers: IfMatch,
        body: AbsencePatch,
        response: answers(
          { 200: Absence },
          "unauthorized",
          "not_found",
          "version_conflict",
          "precondition_failed",
        ),
        detail: { ...Mine, summary: "Change an absence" },
      },
    )
    .delete(
      "/out-of-office/:id",
      async ({ caller, params, headers }) => {
        const at = { userId: caller.user.id, id: params.id };
        await removeAbsence(world, at, expectationOf(headers));
        return { message: "Absence removed" };
      },
      {
        signedIn: true,
        params: ById,
        headers: IfMatch,
        response: answers({ 200: Message }, "unauthorized", "not_found", "precondition_failed"),
        detail: { ...Mine, summary: "Not away after all" },
      },
    );
