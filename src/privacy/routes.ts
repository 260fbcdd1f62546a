// What is known of people: handed out, and forgotten.
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { askerOf, ById, ByLink } from "../bookings/request.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { optionalBody } from "../http/body.ts";
import { Id, Message } from "../schema.ts";
import type { World } from "../world.ts";
import { eraseAddress, eraseGuest, getErasure } from "./erase-guests.ts";
import { eraseMe } from "./erase-me.ts";
import { exportOf } from "./export.ts";
import { AccountErasure, AddressErasure, Erasure, Export } from "./schema.ts";

const tags = ["Privacy"];
const session = { tags, security: [{ bearer: ["session"] }] };
const admin = { tags, security: [{ bearer: ["admin"] }] };

export const privacy = (world: World) =>
  new Elysia({ name: "privacy", normalize: false })
    .use(auth(world))
    .get(
      "/users/me/export",
      ({ caller }) =>
        new Response(streamOf(exportOf(world, caller.user.id)), {
          headers: {
            "content-type": "application/json; charset=utf-8",
            "content-disposition": 'attachment; filename="kalends-export.json"',
            "cache-control": "private, no-store",
          },
        }),
      {
        inSession: true,
        response: answers({ 200: Export }, "unauthorized"),
        detail: {
          ...session,
          summary: "Everything about me",
          description:
            "One JSON with all that is known of me, and of my guests as my own records; bookings in which I am a guest where my address is confirmed. It is sent while it is read, so a connection that breaks leaves an unfinished document. No API key may ask for it.",
        },
      },
    )
    .delete(
      "/users/me",
      async ({ caller, body, status }) => {
        const { user, sessionId } = caller;
        await eraseMe(world, { userId: user.id, sessionId, ...body });
        return status(202, {
          message: "Your account is closed, and what is known of you will be deleted",
        });
      },
      {
        inSession: true,
        ...optionalBody(AccountErasure),
        response: answers(
          { 202: Message },
          "unauthorized",
          "sign_in_again",
          "owner_stays",
          "last_admin",
          "version_conflict",
        ),
        detail: {
          ...session,
          summary: "Delete my account",
          description:
            "At once nobody can sign in to it, and its pages and free times are gone. Coming meetings go to another host of their group or are cancelled, and everybody is told; then everything personal is deleted or made nobody's, also in bookings in which my confirmed address is a guest's, within a day. Without a password leave `currentPassword` out: a sign-in of the last ten minutes counts instead. The owner of an organization hands it over or deletes it first.",
        },
      },
    )
    .delete(
      "/bookings/:id/guest",
      async ({ params, caller, query, headers, status }) => {
        await eraseGuest(world, params.id, askerOf(caller, query, headers));
        return status(202, { message: "You will be forgotten" });
      },
      {
        maybeSignedIn: true,
        params: ById,
        query: ByLink,
        response: answers({ 202: Message }, "unauthorized", "forbidden", "not_found"),
        detail: {
          tags,
          security: [{ bearer: [] }, { guest: [] }],
          summary: "Forget me as the guest of this booking",
          description:
            "A coming meeting is called off for me first, and everybody is told. Then my name, address, phone, answers and notes, and those of whom I brought along, are gone everywhere, within a day. Again changes nothing.",
        },
      },
    )
    .post(
      "/privacy/erasures",
      async ({ caller, body, status }) =>
        status(202, await eraseAddress(world, caller.user.id, body.email)),
      {
        asAdmin: true,
        body: AddressErasure,
        response: answers({ 202: Erasure }, "unauthorized", "forbidden", "insufficient_scope"),
        detail: {
          ...admin,
          summary: "Forget a guest everywhere",
          description:
            "Whoever had this address as a guest of any booking until now. Coming meetings are called off first. While one is under way the same address gives the same erasure. An account of the address stays.",
        },
      },
    )
    .get("/privacy/erasures/:id", ({ params }) => getErasure(world, params.id), {
      asAdmin: true,
      params: Type.Object({ id: Id }),
      response: answers(
        { 200: Erasure },
        "unauthorized",
        "forbidden",
        "insufficient_scope",
        "not_found",
      ),
      detail: { ...admin, summary: "How far it is with an erasure" },
    });

function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
