// Whom a guest brings along, and where he came from, as a form carries them.
import type { GuestBooking } from "../bookings/schema.ts";
import { type Html, html } from "../messages/html.ts";
import { oneLine } from "../messages/line.ts";
import { type Wrong, wrongAt } from "./fields.ts";
import { textAt } from "./input.ts";

/** The addresses of a field, one a line or parted by commas. */
export const addressesIn = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

/** A field for the guest's number; who fills it in asks for SMS. */
export const phoneField = (typed: string, wrong: readonly Wrong[]): Html => html`<div class="field">
<label for="phone">Get SMS too, at this mobile number <span class="muted">(optional; with country code)</span></label>
<input id="phone" name="phone" type="tel" maxlength="40" autocomplete="tel" placeholder="+12025550123" value="${typed}"${wrongAt(wrong, "phone").attributes}>
${wrongAt(wrong, "phone").message}
</div>`;

/** What is wrong with that number. */
export const wrongPhone = (errors: readonly { path: string; message: string }[]): Wrong[] =>
  errors
    .filter(({ path }) => path === "guest.phone")
    .map(({ message }) => ({ field: "phone", message: `${message}.` }));

/** A field for the addresses of others. */
export const guestsField = (
  typed: string,
  wrong: readonly Wrong[],
): Html => html`<div class="field">
<label for="guests">Whom do you bring along? <span class="muted">(optional; mail addresses, one a line)</span></label>
<textarea id="guests" name="guests" rows="2" maxlength="3000"${wrongAt(wrong, "guests").attributes}>
${typed}</textarea>
${wrongAt(wrong, "guests").message}
</div>`;

/** The errors of a request that belong to them, with the address in question. */
export const wrongGuests = (
  errors: readonly { path: string; message: string }[],
  addresses: readonly string[],
): Wrong[] =>
  errors
    .filter(({ path }) => /^guests(\.|$)/.test(path))
    .map(({ path, message }) => {
      const address = addresses[Number(path.split(".")[1])];
      return {
        field: "guests",
        message: `${address ? `${oneLine(address, 60)} ` : ""}${message}.`,
      };
    });

const TAGS = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"] as const;

/** What the address of a page, or a form, says of where the guest came from. */
export const trackingAt = (input: unknown): NonNullable<GuestBooking["tracking"]> =>
  Object.fromEntries(
    TAGS.map((tag) => [tag, oneLine(textAt(input, tag) ?? "", 200)]).filter(([, text]) => text),
  );
