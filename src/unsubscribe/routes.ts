import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../http/answers.ts";
import { Message } from "../schema.ts";
import type { World } from "../world.ts";
import { subscribe } from "./subscribe.ts";

const ByToken = Type.Object({
  token: Type.String({
    minLength: 1,
    maxLength: 200,
    examples: ["AZPzyGpOfBufDj0rGkxdbg..t4cj2kRk9SIEVYQU1QTEUgT05MWSwgbm90IGEgcmVhbA"],
  }),
});

export const unsubscribe = (world: World) =>
  new Elysia({ name: "unsubscribe", normalize: false }).post(
    "/unsubscribe/:token",
    async ({ params }) => {
      await subscribe(world, params.token, false);
      return { message: "Unsubscribed" };
    },
    {
      // Whatever the mail program sends: the link alone says what to do.
      parse: "none",
      params: ByToken,
      response: answers({ 200: Message }, "not_found"),
      detail: {
        tags: ["Notifications"],
        summary: "Stop mails with one click",
        description:
          "By the token of a mail's `List-Unsubscribe` (RFC 8058), with no cookie and no redirect; the body, if any, is `List-Unsubscribe=One-Click` as a form. Again changes nothing. The page `/unsubscribe/:token` takes the same POST, and has the mails sent again.",
      },
    },
  );
