import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { IdempotencyKey } from "../http/idempotency.ts";
import { Paging, Query } from "../http/paging.ts";
import { etagOf, expectationOf, IfMatch } from "../http/version.ts";
import { Day, Id, Message, Page } from "../schema.ts";
import type { World } from "../world.ts";
import { createSchedule } from "./create.ts";
import { deleteSchedule } from "./delete.ts";
import { findSchedule } from "./find.ts";
import { previewSchedule } from "./preview.ts";
import { listSchedules } from "./queries.ts";
import { NewSchedule, Preview, Schedule, SchedulePatch, scheduleOf } from "./schema.ts";
import { updateSchedule } from "./update.ts";

const Mine = { tags: ["Schedules"], security: [{ bearer: [] }] };
const ById = Type.Object({ id: Id });

export const schedules = (world: World) =>
  new Elysia({ name: "schedules", normalize: false })
    .use(auth(world))
    .get(
      "/schedules",
      async ({ caller, query }) => {
        const limit = limitOf(query);
        const rows = await listSchedules(world.db, {
          userId: caller.user.id,
          ...newestAfter(query.cursor),
          limit: limit + 1,
        });
        return pageOf(rows, limit, scheduleOf, newestCursor);
      },
      {
        signedIn: true,
        query: Query(Paging),
        response: answers({ 200: Page(Schedule) }, "unauthorized"),
        detail: { ...Mine, summary: "My schedules, newest first" },
      },
    )
    .post(
      "/schedules",
      async ({ caller, body, headers, set, status }) => {
        const key = headers["idempotency-key"];
        const { schedule, isReplay } = await createSchedule(world, caller.user, body, key);
        if (isReplay) set.headers["idempotency-replayed"] = "true";
        set.headers.etag = etagOf(schedule);
        return status(201, scheduleOf(schedule));
      },
      {
        signedIn: true,
        headers: IdempotencyKey,
        body: NewSchedule,
        response: answers(
          { 201: Schedule },
          "unauthorized",
          "plan_limit",
          "not_found",
          "idempotency_mismatch",
        ),
        detail: {
          ...Mine,
          summary: "Make a schedule",
          description:
            "Opening hours by the wall clock of a time zone, each by a weekday or by a recurrence rule. Hours that overlap are merged.",
        },
      },
    )
    .get(
      "/schedules/:id",
      async ({ caller, params, set }) => {
        const row = await findSchedule(world, { userId: caller.user.id, id: params.id });
        set.headers.etag = etagOf(row);
        return scheduleOf(row);
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: Schedule }, "unauthorized", "not_found"),
        detail: { ...Mine, summary: "One of my schedules" },
      },
    )
    .patch(
      "/schedules/:id",
      async ({ caller, params, headers, body: { version, ...patch }, set }) => {
        const at = { userId: caller.user.id, id: params.id };
        const row = await updateSchedule(world, at, patch, expectationOf(headers, version));
        set.headers.etag = etagOf(row);
        return scheduleOf(row);
      },
      {
        signedIn: true,
        params: ById,
        headers: IfMatch,
        body: SchedulePatch,
        response: answers(
          { 200: Schedule },
          "unauthorized",
          "not_found",
          "schedule_in_use",
          "version_conflict",
          "precondition_failed",
        ),
        detail: {
          ...Mine,
          summary: "Change a schedule",
          description:
            "What is absent stays; `hours` and `overrides` are replaced whole. Bookings that are made keep their time. A conflict carries the `current` state.",
        },
      },
    )
    .delete(
      "/schedules/:id",
      async ({ caller, params, headers }) => {
        const at = { userId: caller.user.id, id: params.id };
        await deleteSchedule(world, at, expectationOf(headers));
        return { message: "Schedule deleted" };
      },
      {
        signedIn: true,
        params: ById,
        headers: IfMatch,
        response: answers(
          { 200: Message },
          "unauthorized",
          "not_found",
          "schedule_in_use",
          "precondition_failed",
        ),
        detail: {
          ...Mine,
          summary: "Delete a schedule",
          description: "Not the default one, and none that a meeting type names.",
        },
      },
    )
    .get(
      "/schedules/:id/preview",
      async ({ caller, params, query }) =>
        previewSchedule(
          await findSchedule(world, { userId: caller.user.id, id: params.id }),
          query,
        ),
      {
        signedIn: true,
        params: ById,
        query: Query({ from: Day, until: Day }),
        response: answers({ 200: Preview }, "unauthorized", "not_found"),
        detail: {
          ...Mine,
          summary: "When a schedule is open",
          description:
            "From the date `from` to the date `until`, both included, at most 62 days. Bookings are not taken off.",
        },
      },
    );
