import { cors } from "@elysiajs/cors";
import { Elysia } from "elysia";
import { administration } from "./accounts/admin/routes.ts";
import { apiKeys } from "./accounts/api-keys/routes.ts";
import { providerSignIn } from "./accounts/oauth/routes.ts";
import { accounts } from "./accounts/routes.ts";
import { sessions } from "./accounts/sessions/routes.ts";
import { signIn } from "./accounts/sign-in/routes.ts";
import { analytics } from "./analytics/routes.ts";
import { blockedGuests } from "./blocked-guests/routes.ts";
import { deliveries } from "./bookings/deliveries/routes.ts";
import { holds } from "./bookings/holds/routes.ts";
import { hostBookings } from "./bookings/host/routes.ts";
import { bookings } from "./bookings/routes.ts";
import { calendarConnecting } from "./calendars/connecting/routes.ts";
import { calendarFeeds } from "./calendars/feeds/routes.ts";
import { calendarNotifications } from "./calendars/notifications/routes.ts";
import { calendars } from "./calendars/routes.ts";
import { callbacks } from "./callbacks/routes.ts";
import { embedCode } from "./embed/code/routes.ts";
import { embed } from "./embed/routes.ts";
import { corsOptions } from "./http/cors.ts";
import { documentation } from "./http/documentation.ts";
import { options } from "./http/options.ts";
import { origins } from "./http/origins.ts";
import { problems, refusals } from "./http/problems.ts";
import { routeNotes } from "./http/route-notes.ts";
import { links } from "./meeting-types/links/routes.ts";
import { meetingTypes } from "./meeting-types/routes.ts";
import { notifications } from "./notifications/routes.ts";
import { board } from "./operations/board/routes.ts";
import { promises } from "./operations/promises/routes.ts";
import { adminSession, operations } from "./operations/routes.ts";
import { invitations } from "./organizations/invitations/routes.ts";
import { members } from "./organizations/members/routes.ts";
import { organizations } from "./organizations/routes.ts";
import { outOfOffice } from "./out-of-office/routes.ts";
import { pages } from "./pages/routes.ts";
import { privacy } from "./privacy/routes.ts";
import { schedules } from "./schedules/routes.ts";
import { slots } from "./slots/routes.ts";
import { unsubscribe } from "./unsubscribe/routes.ts";
import { webhooks } from "./webhooks/routes.ts";
import type { World } from "./world.ts";

/** The features, composed. The order is the order of execution: hooks reach what comes after them. */
export const createApp = (world: World) =>
  new Elysia({ name: "app", normalize: false })
    .use(routeNotes)
    .use(problems(world))
    .use(options())
    .use(origins(world))
    .use(cors(corsOptions(world)))
    .use(refusals)
    .use(documentation())
    .use(operations(world))
    .use(board(world))
    .group("/api/v1", (api) =>
      api
        .use(signIn(world))
        .use(sessions(world))
        .use(providerSignIn(world))
        .use(accounts(world))
        .use(privacy(world))
        .use(apiKeys(world))
        .use(administration(world))
        .use(slots(world))
        .use(bookings(world))
        .use(holds(world))
        .use(hostBookings(world))
        .use(deliveries(world))
        .use(schedules(world))
        .use(outOfOffice(world))
        .use(blockedGuests(world))
        .use(meetingTypes(world))
        .use(embedCode(world))
        .use(links(world))
        .use(organizations(world))
        .use(members(world))
        .use(invitations(world))
        .use(notifications(world))
        .use(unsubscribe(world))
        .use(calendarConnecting(world))
        .use(calendars(world))
        .use(calendarFeeds(world))
        .use(callbacks(world))
        .use(calendarNotifications(world))
        .use(webhooks(world))
        .use(analytics(world))
        .use(adminSession(world))
        .use(promises(world)),
    )
    .use(embed(world))
    .use(pages(world));

export type App = ReturnType<typeof createApp>;
