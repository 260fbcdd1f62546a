// Calendly's API v2: `GET /event_types?user=…` and `GET /user_availability_schedules?user=…`, as their answers were saved.
import { WEEKDAYS } from "../../src/availability/calendar.ts";
import type { NewMeetingType } from "../../src/meeting-types/schema.ts";
import type { Hours, Overrides } from "../../src/schedules/schema.ts";
import { isObject, type Json, objects, openings, slugOf, text, within } from "./json.ts";
import type { Plan } from "./plan.ts";

type Location = Pick<NewMeetingType, "locationType" | "locationDetails">;
type Question = NonNullable<NewMeetingType["questions"]>[number];

/** What is made of saved answers; an entry is told by what it has, so that they may come in any order and file. */
export function planOfCalendly(documents: readonly unknown[]): Plan {
  const entries = documents.flatMap(entriesOf);
  const left: string[] = [];
  const schedules = entries.filter((each) => Array.isArray(each["rules"])).map(scheduleOf(left));
  const types = entries
    .filter((each) => each["duration"] !== undefined && text(each["name"]) !== null)
    .flatMap((each) => typeOf(each, left));
  return { schedules, types, left };
}

function entriesOf(document: unknown): Json[] {
  if (Array.isArray(document)) return document.flatMap(entriesOf);
  if (!isObject(document)) return [];
  const nested = Object.values(document).filter((each) => Array.isArray(each) || isObject(each));
  const isEntry = document["rules"] !== undefined || document["duration"] !== undefined;
  return isEntry ? [document] : nested.flatMap(entriesOf);
}

const scheduleOf = (left: string[]) => (given: Json) => {
  const name = text(given["name"]) ?? "Calendly";
  const hours: Hours = [];
  const overrides: Overrides = [];
  for (const rule of objects(given["rules"])) {
    const open = openings(objects(rule["intervals"]).map(({ from, to }) => [from, to]));
    const weekday = WEEKDAYS.find((each) => each === rule["wday"]);
    const date = text(rule["date"]);
    if (rule["type"] === "wday" && weekday)
      hours.push(...open.map((each) => ({ weekday, ...each })));
    else if (rule["type"] === "date" && date) overrides.push({ date, hours: open });
    else left.push(`schedule “${name}”: a rule of type ${text(rule["type"])}`);
  }
  return {
    name: name.slice(0, 100),
    ...(text(given["timezone"]) && { timeZone: text(given["timezone"])! }),
    hours,
    overrides,
    isDefault: given["default"] === true,
  };
};

function typeOf(given: Json, left: string[]): Plan["types"] {
  const title = (text(given["name"]) ?? "").slice(0, 200);
  const leave = (what: string) => left.push(`“${title}”: ${what}`);
  if (given["pooling_type"]) {
    leave("an event of several hosts: make it in an organization");
    return [];
  }
  if (given["type"] === "AdhocEventType" || given["booking_method"] === "poll") {
    leave("a one-off meeting or a poll");
    return [];
  }
  if (given["kind"] === "group") leave("it is a group event; set its `capacity`");
  leave(
    "buffers, notice and horizon are not in Calendly's answer: see whether the defaults will do",
  );
  const durations = Array.isArray(given["duration_options"])
    ? given["duration_options"].flatMap((each) => within(each, 1, 1440) ?? [])
    : [];
  const type = {
    title,
    slug: slugOf(text(given["slug"]) ?? title),
    description: text(given["description_plain"])?.slice(0, 5000) ?? null,
    durationMinutes: within(given["duration"], 1, 1440) ?? 30,
    durationOptions: durations.length > 1 ? [...new Set(durations)].slice(0, 10) : [],
    isActive: given["active"] !== false,
    visibility: given["secret"] === true ? ("secret" as const) : ("public" as const),
    questions: questionsOf(given["custom_questions"], leave),
    ...locationOf(given["locations"], leave),
  };
  return [{ type, schedule: null }];
}

const QUESTIONS: Readonly<Record<string, Question["type"]>> = {
  string: "text",
  text: "longText",
  phone_number: "phone",
  single_select: "select",
  multi_select: "multiSelect",
};

function questionsOf(given: unknown, leave: (what: string) => void): Question[] {
  return objects(given).flatMap((each, i) => {
    const label = text(each["name"])?.slice(0, 200);
    const type = QUESTIONS[`${each["type"]}`];
    if (each["enabled"] === false || !label) return [];
    if (!type) {
      leave(`the question “${label}” of type ${text(each["type"])}`);
      return [];
    }
    const choices = Array.isArray(each["answer_choices"]) ? each["answer_choices"] : [];
    const options = [...new Set(choices.flatMap((choice) => text(choice)?.slice(0, 200) ?? []))];
    const needsOptions = type === "select" || type === "multiSelect";
    if (needsOptions && each["include_other"] === true)
      leave(`“${label}” had an answer of one's own`);
    return [
      {
        id: `q${i + 1}`,
        label,
        type,
        required: each["required"] === true,
        ...(needsOptions && { options: options.slice(0, 50) }),
      },
    ];
  });
}

function locationOf(given: unknown, leave: (what: string) => void): Location {
  const [first, ...others] = objects(given);
  if (others.length > 0) leave("of several locations the first is taken");
  if (!first) return {};
  const details = text(first["location"])?.slice(0, 1000) ?? null;
  const kind = text(first["kind"]);
  if (kind === "google_conference") return { locationType: "GOOGLE_MEET" };
  if (kind === "microsoft_teams_conference") return { locationType: "MICROSOFT_TEAMS" };
  if (kind === "zoom_conference") return { locationType: "ZOOM" };
  if (kind === "physical" && details)
    return { locationType: "IN_PERSON", locationDetails: details };
  if (kind === "custom" && details && /^https?:\/\//.test(details))
    return { locationType: "CUSTOM_LINK", locationDetails: details };
  if (kind === "outbound_call" || kind === "inbound_call")
    return { locationType: "PHONE", locationDetails: text(first["phone_number"]) ?? details };
  leave(`the location ${kind}: by phone instead`);
  return { locationType: "PHONE" };
}
