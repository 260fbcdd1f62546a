// The public pages: a host, and one of his meeting types. Plain pages with the widget on top, where one is built.
import { findPublicCard } from "../accounts/public-card.ts";
import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { SCRIPT, SWAP } from "./assets.ts";
import { choosePage, typePath } from "./booking-page.ts";
import { cardPage } from "./card-page.ts";
import { formPage } from "./form-page.ts";
import { type At, assertName, typeFor, wantedOf } from "./found-type.ts";
import { freeDays } from "./free-days.ts";
import { instantAt, textAt } from "./input.ts";
import { dateOrNull } from "./month.ts";
import { type Page, pageResponse, publicResponse } from "./page.ts";
import { trackingAt } from "./party-fields.ts";
import { picker } from "./picker.ts";
import { upgraded } from "./upgrade.ts";

/** A host's card. Problems: not_found, moved. */
export async function showHost(
  world: World,
  username: string,
  request: Request,
): Promise<Response> {
  assertName(username);
  const card = await findPublicCard(world, username);
  return publicResponse(cardPage(card, world.config.PUBLIC_URL), request);
}

/**
 * The times of a meeting type; with a time chosen, the form for the guest's details. Problems: not_found, moved,
 * link_used_up.
 */
export async function showType(
  world: World,
  at: At,
  query: unknown,
  request: Request,
): Promise<Response> {
  const { id, type, zone, isGuess, isOver, isSecret } = await typeFor(world, at, query);
  // A form that is sent again is answered all the same: what used the link up may be its own booking.
  if (isOver) throw new Problem("link_used_up");
  const start = instantAt(query, "start");
  const tracking = trackingAt(query);
  if (start !== null) {
    const typed = { name: "", email: "", phone: "", notes: "", guests: "", answers: new Map() };
    const facts = { type, start, timeZone: zone, key: newId(), typed, tracking };
    return pageResponse(formPage({ ...facts, wrong: [], gone: null }));
  }
  const found = await freeDays(world, wantedOf(id, type, zone), query);
  const duration = textAt(query, "duration") === undefined ? null : type.durationMinutes;
  const path = typePath(type);
  const keep = { ...tracking, duration, link: type.link };
  const choice = picker({ ...found, path, keep, timeZone: zone, isGuessedZone: isGuess });
  const kept = { ...tracking, timeZone: isGuess ? null : zone };
  const page = choosePage(type, choice, kept, { server: world.config.PUBLIC_URL, isSecret });
  const attributes = {
    host: type.username,
    type: type.slug,
    link: type.link,
    duration,
    date: dateOrNull(textAt(query, "date")),
    "time-zone": isGuess ? null : zone,
  };
  const whole: Page = world.widget
    ? upgraded(page, { build: world.widget, request, attributes, script: SWAP })
    : { ...page, scripts: [SCRIPT] };
  return publicResponse(whole, request);
}
