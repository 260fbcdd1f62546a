// What is nobody's: the first page, the mailbox, and what is shown where something is not there.
import { codePage, connectedPage } from "../../../src/calendars/landing-page.ts";
import { type Page, pageResponse } from "../../../src/pages/page.ts";
import { sendDueMails } from "../../support/mails.ts";
import type { Tour } from "./tour.ts";

/** The rest. */
export async function housePages(tour: Tour): Promise<void> {
  const { house, visit } = tour;
  const { world } = house;
  await visit("home", "/");
  await visit("nothing here", "/nobody");
  await landings(tour);
  await sendDueMails(world);
  await visit("mails", "/dev/mail");
  await visit("older mails", await addressOf(tour, "Older mails"));
  await visit("no mails to somebody", "/dev/mail?to=nobody@example.com");
  const [mail] = await world.db.run(
    "select id from mailbox where recipient = 'grace@example.com' and jsonb_array_length(attachments) > 0 limit 1",
    [],
  );
  await visit("a mail", `/dev/mail/${mail?.["id"]}`);
  await visit("a mail as text", `/dev/mail/${mail?.["id"]}?view=text`);

  const { widget } = world;
  world.widget = null;
  await visit("the demo, no widget", "/demo");
  await visit("times, no widget", "/ada/intro");
  await visit("a frame, no widget", "/embed/ada/intro", ".card .button:visible");
  await visit("code to embed, no widget", "/embed/ada/intro/code");
  world.widget = widget;
}

/** Where providers of calendars send the browser back to; what only they can bring about is shown as it would be. */
async function landings({ page, visit }: Tour) {
  await visit("calendar not connected", "/api/v1/calendar/callback/google?state=x&code=y");
  const shown = async (name: string, what: Page) => {
    const answer = pageResponse(what);
    const body = await answer.text();
    await page.route("**/calendar/callback/google*", (route) =>
      route.fulfill({ body, headers: Object.fromEntries(answer.headers) }),
    );
    await visit(name, "/api/v1/calendar/callback/google?state=x&code=y");
    await page.unroute("**/calendar/callback/google*");
  };
  await shown("calendar connected", connectedPage);
  await shown("one more step", codePage("cc_".padEnd(46, "Zk9x")));
}

async function addressOf({ page }: Tour, link: string): Promise<string> {
  return (await page.getByRole("link", { name: link }).getAttribute("href")) ?? "/dev/mail";
}
