// Goes from page to page in one window of a browser, and shows each to whoever judges it.
import type { Page } from "playwright-core";
import type { Stage } from "../../embed/support/stage.ts";
import { sendDueMails } from "../../support/mails.ts";
import { type Api, client } from "../../support/world.ts";

/** Called on each page, before the reader goes on. */
export type Visit = (name: string, page: Page) => Promise<void>;

export interface Tour {
  readonly house: Stage;
  readonly page: Page;
  readonly api: Api;
  /** Shows what the window holds now. */
  see(name: string): Promise<void>;
  /** Opens an address: a path of ours, or a whole one. */
  open(address: string): Promise<void>;
  /** The same, and shows it once `ready` is there. */
  visit(name: string, address: string, ready?: string): Promise<void>;
  /** The same where the widget does not come. */
  plain(name: string, address: string): Promise<void>;
  /** The same for who reads German. */
  german(name: string, address: string, ready?: string): Promise<void>;
  /** Types into fields, by their names; more than they have room for, where need be. */
  fill(fields: Readonly<Record<string, string>>): Promise<void>;
  /** Presses a button of a form and shows the page that it leads to; the browser itself lets anything pass. */
  press(name: string, button: string): Promise<void>;
  /** The first link to such a path in the mails to somebody. */
  linkTo(recipient: string, path: string): Promise<string>;
}

/** A time of the widget: then it has all that it shows at first. */
export const TIMES = "kalends-booking .times .time";

/** Begins on an empty page. */
export async function tourOf(house: Stage, show: Visit): Promise<Tour> {
  const { world, server } = house;
  const page = await house.open("about:blank");
  const see = (name: string) => show(name, page);
  const open = async (address: string) => {
    await page.goto(new URL(address, server).href);
  };
  async function visit(name: string, address: string, ready = "h1") {
    await open(address);
    await page.locator(ready).first().waitFor();
    await see(name);
  }
  return {
    house,
    page,
    api: client(world),
    see,
    open,
    visit,
    async plain(name, address) {
      await page.route("**/widget.*", (route) => route.abort());
      await open(address);
      // What is held back for the widget comes after a while.
      await page.evaluate(() => {
        for (const each of document.getAnimations()) each.finish();
      });
      await see(name);
      await page.unroute("**/widget.*");
    },
    async german(name, address, ready = "h1") {
      const other = await house.open(new URL(address, server).href, { locale: "de-DE" });
      await other.locator(ready).first().waitFor();
      await show(name, other);
      await other.context().close();
    },
    async fill(fields) {
      for (const [name, text] of Object.entries(fields)) {
        const field = page.locator(`[name="${name}"]`);
        await field.evaluate((element) => element.removeAttribute("maxlength"));
        await field.fill(text);
      }
    },
    async press(name, button) {
      await page.evaluate(() => {
        for (const form of document.forms) form.noValidate = true;
      });
      const next = page.waitForEvent("load");
      await page.getByRole("button", { name: button, exact: true }).click();
      await next;
      await see(name);
    },
    async linkTo(recipient, path) {
      await sendDueMails(world);
      const mails = await world.db.run(
        "select text from mailbox where recipient = $1 order by created_at desc, id desc",
        [recipient],
      );
      const link = new RegExp(`${server}${path}\\?token=\\S+`).exec(
        mails.map(({ text }) => text).join("\n"),
      );
      if (!link) throw new Error(`no mail to ${recipient} leads to ${path}`);
      return link[0];
    },
  };
}
