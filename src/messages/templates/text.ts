// What is told by SMS: a text of its own, one SMS long where that can be.
import type { BookingFacts, Reader, TextKind } from "../facts.ts";
import { asGsm, sizeOf } from "../gsm.ts";
import { oneLine } from "../line.ts";
import { when } from "../when.ts";
import { wordsFor } from "./words.ts";

const TITLE = 60;
const NAME = 40;
// Shorter ones say nothing any more; then it is two SMS.
const LEAST = 12;

/** The SMS about a booking, for one reader: in his language, by his clock. Titles and names give way first. */
export function bookingText(kind: TextKind, facts: BookingFacts, reader: Reader): string {
  const words = wordsFor(reader.locale);
  const { short, offset } = when(facts.start, facts.end, reader.timeZone, words.dates);
  const start = `${short} ${offset}`;
  const other = (reader.role === "guest" ? facts.host.name : facts.guest?.name) ?? "";
  let [title, name] = [TITLE, NAME];
  const say = () =>
    asGsm(
      words.texts[kind]({
        title: oneLine(facts.title, title),
        who: oneLine(other, name),
        start,
        isGuest: reader.role === "guest",
      }),
    );
  let text = say();
  while (sizeOf(text).segments > 1 && Math.max(title, name) > LEAST) {
    if (title >= name) title -= 1;
    else name -= 1;
    text = say();
  }
  return text;
}
