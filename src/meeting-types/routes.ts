import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { IdempotencyKey } from "../http/idempotency.ts";
import { Paging, Query } from "../http/paging.ts";
import { etagOf, expectationOf, IfMatch } from "../http/version.ts";
import { standingOf } from "../organizations/standing.ts";
import { Id, Page } from "../schema.ts";
import type { World } from "../world.ts";
import { createMeetingType } from "./create.ts";
import { findMeetingType } from "./find.ts";
import { listMeetingTypes } from "./queries.ts";
import { removeMeetingType } from "./remove.ts";
import { MeetingType, MeetingTypePatch, NewMeetingType, Removed } from "./schema.ts";
import { updateMeetingType } from "./update.ts";
import { MeetingTypeWithWarnings, withWarnings } from "./warnings.ts";
import { meetingTypeOf } from "./wire.ts";

const Mine = { tags: ["Meeting types"], security: [{ bearer: [] }] };
const ById = Type.Object({ id: Id });
const IsActive = Type.String({
  pattern: "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$",
  description: "`true` or `false`; both when left out",
  examples: ["true"],
});

export const meetingTypes = (world: World) =>
  new Elysia({ name: "meeting-types", normalize: false })
    .use(auth(world))
    .get(
      "/meeting-types",
      async ({ caller, query }) => {
        const limit = limitOf(query);
        const { organizationId = null } = query;
        if (organizationId !== null) await standingOf(world, organizationId, caller.user.id);
        const rows = await listMeetingTypes(world.db, {
          ownerId: organizationId === null ? caller.user.id : null,
          organizationId,
          ...newestAfter(query.cursor),
          isActive: query.isActive === undefined ? null : /^true$/i.test(query.isActive),
          limit: limit + 1,
        });
        return pageOf(rows, limit, meetingTypeOf, newestCursor);
      },
      {
        signedIn: true,
        query: Query({
          ...Paging,
          isActive: Type.Optional(IsActive),
          organizationId: Type.Optional({
            ...Id,
            description: "Those of an organization of mine instead, whoever owns them",
          }),
        }),
        response: answers({ 200: Page(MeetingType) }, "unauthorized", "not_found"),
        detail: {
          ...Mine,
          summary: "My meeting types, newest first",
          description: "Without archived ones.",
        },
      },
    )
    .post(
      "/meeting-types",
      async ({ caller, body, headers, set, status }) => {
        const key = headers["idempotency-key"];
        const made = await createMeetingType(world, caller.user.id, body, key);
        if (made.isReplay) set.headers["idempotency-replayed"] = "true";
        set.headers.etag = etagOf(made.meetingType);
        return status(201, await withWarnings(world, made.meetingType));
      },
      {
        signedIn: true,
        headers: IdempotencyKey,
        body: NewMeetingType,
        response: answers(
          { 201: MeetingTypeWithWarnings },
          "unauthorized",
          "forbidden",
          "plan_limit",
          "not_found",
          "slug_taken",
          "idempotency_mismatch",
        ),
        detail: {
          ...Mine,
          summary: "Make a meeting type",
          description:
            "A slug that you give must be free; one derived from the title gets a number. With `organizationId` it is a team's: yours to look after, with members as hosts.",
        },
      },
    )
    .get(
      "/meeting-types/:id",
      async ({ caller, params, set }) => {
        const found = await findMeetingType(world, { userId: caller.user.id, id: params.id });
        set.headers.etag = etagOf(found);
        return withWarnings(world, found);
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: MeetingTypeWithWarnings }, "unauthorized", "not_found"),
        detail: {
          ...Mine,
          summary: "One of my meeting types",
          description:
            "Also an archived one, whose bookings still speak of it. Members of its organization see it too.",
        },
      },
    )
    .patch(
      "/meeting-types/:id",
      async ({ caller, params, headers, body: { version, ...patch }, set }) => {
        const at = { userId: caller.user.id, id: params.id };
        const changed = await updateMeetingType(world, at, patch, expectationOf(headers, version));
        set.headers.etag = etagOf(changed);
        return withWarnings(world, changed);
      },
      {
        signedIn: true,
        params: ById,
        headers: IfMatch,
        body: MeetingTypePatch,
        response: answers(
          { 200: MeetingTypeWithWarnings },
          "unauthorized",
          "forbidden",
          "not_found",
          "type_inactive",
          "slug_taken",
          "version_conflict",
          "precondition_failed",
        ),
        detail: {
          ...Mine,
          summary: "Change a meeting type",
          description:
            "What is absent stays, null empties; lists are replaced whole. Bookings that are made keep what they were made with. A conflict carries the `current` state.",
        },
      },
    )
    .delete(
      "/meeting-types/:id",
      async ({ caller, params, headers }) => {
        const at = { userId: caller.user.id, id: params.id };
        const { archived } = await removeMeetingType(world, at, expectationOf(headers));
        return { message: archived ? "Meeting type archived" : "Meeting type deleted", archived };
      },
      {
        signedIn: true,
        params: ById,
        headers: IfMatch,
        response: answers(
          { 200: Removed },
          "unauthorized",
          "forbidden",
          "not_found",
          "precondition_failed",
        ),
        detail: {
          ...Mine,
          summary: "Delete a meeting type",
          description:
            "When bookings exist it is archived: it takes no new ones and leaves every list, and theirs go on.",
        },
      },
    );
