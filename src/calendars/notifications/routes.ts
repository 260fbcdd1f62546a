import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../../http/answers.ts";
import { Query } from "../../http/paging.ts";
import { Message } from "../../schema.ts";
import type { World } from "../../world.ts";
import { echoOf, hearGoogle, hearMicrosoft } from "../push.ts";

const tags = ["Calendars"];
const security = [{ signature: [] }];
const heard = { message: "Heard" };
const same = "Twice, late or in any order it comes to the same: the calendar is looked at soon.";

const Asked = Query({
  validationToken: Type.Optional(
    Type.String({ maxLength: 2000, description: "What Microsoft Graph wants echoed" }),
  ),
});

/** Where providers of calendars push; answered once it is noted, before anything is looked at. */
export const calendarNotifications = (world: World) =>
  new Elysia({ name: "calendar-notifications", normalize: false })
    .post(
      "/calendar/notifications/google",
      async ({ headers }) => {
        await hearGoogle(world, headers);
        return heard;
      },
      {
        // Google sends none.
        parse: "text",
        response: answers({ 200: Message }, "unauthorized", "too_large"),
        detail: {
          tags,
          security,
          summary: "Google says that a calendar has changed",
          description: `Proven by \`X-Goog-Channel-ID\` and \`X-Goog-Channel-Token\`. ${same}`,
        },
      },
    )
    .post(
      "/calendar/notifications/microsoft",
      async ({ body, query, set }) => {
        if (query.validationToken !== undefined)
          return new Response(echoOf(query.validationToken), {
            headers: { "content-type": "text/plain; charset=utf-8" },
          });
        await hearMicrosoft(world, typeof body === "string" ? body : "");
        set.status = 202;
        return heard;
      },
      {
        // Graph sends more than is documented, and more each year.
        parse: "text",
        query: Asked,
        response: answers(
          {
            200: Type.Any({
              description: "The validationToken, as text",
              contentMediaType: "text/plain",
            }),
            202: Message,
          },
          "unauthorized",
          "too_large",
        ),
        detail: {
          tags,
          security,
          summary: "Microsoft says that calendars have changed, or what becomes of subscriptions",
          description: `With \`validationToken\`: echoes it. Else each item is proven by its \`clientState\`. ${same}`,
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: { type: "object" },
                example: {
                  value: [
                    {
                      subscriptionId: "7f105c7d-2dc5-4530-97cd-4e7ae6534c07",
                      clientState: "…",
                      changeType: "updated",
                      resource: "me/events/AAMk",
                    },
                  ],
                },
              },
            },
          },
        },
      },
    );
