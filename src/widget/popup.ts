// Elements of the page that open a popup: <button data-kalends>, or data-kalends="alice/intro" where there are several.
import type { Options } from "./context.ts";
import type { KalendsBookingElement } from "./kalends-booking.d.ts";

/** Opens the element's popup by a click on what names it, until the signal. */
export function opensBy(
  element: KalendsBookingElement,
  { host, type }: Options,
  stop: AbortSignal,
): void {
  document.addEventListener(
    "click",
    (event) => {
      const from = event.composedPath()[0];
      const trigger = from instanceof Element ? from.closest("[data-kalends]") : null;
      if (!trigger || event.defaultPrevented) return;
      const names = ["", element.id, `${host}/${type}`];
      if (!names.includes(trigger.getAttribute("data-kalends") ?? "")) return;
      event.preventDefault();
      element.open();
    },
    { signal: stop },
  );
}
