// Brings a browser to every page that people see, as they come there: by addresses, links of mails, and buttons.
import type { Stage } from "../../embed/support/stage.ts";
import { accountPages } from "./account-pages.ts";
import { bookingPages } from "./booking-pages.ts";
import { guestPages } from "./guest-pages.ts";
import { hostPages } from "./host-pages.ts";
import { housePages } from "./house-pages.ts";
import { makeDemoHost } from "./make-demo-host.ts";
import { type Tour, tourOf, type Visit } from "./tour.ts";

/** Walks through all pages in one window; what was asked for meanwhile, as "GET /path". */
export async function walk(house: Stage, show: Visit): Promise<string[]> {
  const tour: Tour = await tourOf(house, show);
  const asked: string[] = [];
  tour.page.on("request", (request) => {
    asked.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  await tour.visit("no mail yet", "/dev/mail");
  await tour.visit("no demo yet", "/demo");
  const demo = await makeDemoHost(tour);
  await guestPages(tour, demo);
  await bookingPages(tour);
  await hostPages(tour);
  await accountPages(tour);
  await housePages(tour);
  await tour.page.context().close();
  return asked;
}
