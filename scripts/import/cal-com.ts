// cal.com's API v2: `GET /v2/event-types` (2024-06-14) and `GET /v2/schedules` (2024-06-11), as their answers were saved.
import { WEEKDAYS } from "../../src/availability/calendar.ts";
import type { NewMeetingType } from "../../src/meeting-types/schema.ts";
import type { Hours, Overrides } from "../../src/schedules/schema.ts";
import { isObject, type Json, objects, openings, slugOf, text, whole, within } from "./json.ts";
import type { Plan } from "./plan.ts";

type Leave = (what: string) => void;
type Question = NonNullable<NewMeetingType["questions"]>[number];

/** What is made of saved answers; an entry is told by what it has, so that they may come in any order and file. */
export function planOfCalCom(documents: readonly unknown[]): Plan {
  const entries = documents.flatMap(entriesOf);
  const left: string[] = [];
  const names = new Map<unknown, string>();
  const schedules = entries
    .filter((each) => Array.isArray(each["availability"]))
    .map((given) => {
      const name = (text(given["name"]) ?? "cal.com").slice(0, 100);
      names.set(given["id"], name);
      return {
        name,
        ...(text(given["timeZone"]) && { timeZone: text(given["timeZone"])! }),
        hours: hoursOf(given),
        overrides: overridesOf(given),
        isDefault: given["isDefault"] === true,
      };
    });
  const types = entries
    .filter((each) => each["lengthInMinutes"] !== undefined)
    .flatMap((each) => typeOf(each, names.get(each["scheduleId"]) ?? null, left));
  return { schedules, types, left };
}

function entriesOf(document: unknown): Json[] {
  if (Array.isArray(document)) return document.flatMap(entriesOf);
  if (!isObject(document)) return [];
  const isEntry =
    document["lengthInMinutes"] !== undefined || Array.isArray(document["availability"]);
  const nested = Object.values(document).filter((each) => Array.isArray(each) || isObject(each));
  return isEntry ? [document] : nested.flatMap(entriesOf);
}

const hoursOf = (given: Json): Hours =>
  objects(given["availability"]).flatMap(({ days, startTime, endTime }) =>
    (Array.isArray(days) ? days : []).flatMap((day) => {
      const weekday = WEEKDAYS.find((each) => each === `${day}`.toLowerCase());
      return weekday
        ? openings([[startTime, endTime]]).map((opening) => ({ weekday, ...opening }))
        : [];
    }),
  );

/** Several of a date are its openings; 00:00 to 00:00 closes it. */
function overridesOf(given: Json): Overrides {
  const byDate = new Map<string, [unknown, unknown][]>();
  for (const { date, startTime, endTime } of objects(given["overrides"])) {
    const day = text(date)?.slice(0, 10);
    if (!day) continue;
    const isClosed = /^0?0:00/.test(`${startTime}`) && /^0?0:00/.test(`${endTime}`);
    byDate.set(day, [
      ...(byDate.get(day) ?? []),
      ...(isClosed ? [] : [[startTime, endTime] as [unknown, unknown]]),
    ]);
  }
  return [...byDate].map(([date, intervals]) => ({ date, hours: openings(intervals) }));
}

function typeOf(given: Json, schedule: string | null, left: string[]): Plan["types"] {
  const title = (text(given["title"]) ?? "Meeting").slice(0, 200);
  const leave: Leave = (what) => left.push(`“${title}”: ${what}`);
  if (given["teamId"]) {
    leave("an event type of a team: make it in an organization");
    return [];
  }
  for (const [name, what] of LEFT) if (isSet(given[name])) leave(what);
  const seats = isObject(given["seats"])
    ? within(given["seats"]["seatsPerTimeSlot"], 1, 1000)
    : null;
  const durations = Array.isArray(given["lengthInMinutesOptions"])
    ? given["lengthInMinutesOptions"].flatMap((each) => within(each, 1, 1440) ?? [])
    : [];
  const capacity = seats ?? 1;
  const policy = isObject(given["confirmationPolicy"]) ? given["confirmationPolicy"] : {};
  const confirms = isSet(policy) && policy["disabled"] !== true;
  if (confirms && policy["type"] === "time")
    leave("it asked for confirmation only at short notice: now always");
  if (confirms && capacity > 1) leave("meetings with seats are not confirmed");
  const type = {
    title,
    slug: slugOf(text(given["slug"]) ?? title),
    description: text(given["description"])?.slice(0, 5000) ?? null,
    durationMinutes: within(given["lengthInMinutes"], 1, 1440) ?? 30,
    durationOptions: durations.length > 1 ? [...new Set(durations)].slice(0, 10) : [],
    bufferBeforeMinutes: within(given["beforeEventBuffer"], 0, 1440) ?? 0,
    bufferAfterMinutes: within(given["afterEventBuffer"], 0, 1440) ?? 0,
    slotIntervalMinutes: within(given["slotInterval"], 5, 1440),
    minimumNoticeMinutes: within(given["minimumBookingNotice"], 0, 525_600) ?? 120,
    capacity,
    requiresConfirmation: confirms && capacity === 1,
    visibility: given["hidden"] === true ? ("secret" as const) : ("public" as const),
    horizon: horizonOf(given["bookingWindow"]),
    caps: capsOf(given, leave),
    questions: questionsOf(given["bookingFields"], leave),
    ...locationOf(given["locations"], leave),
  };
  return [{ type, schedule }];
}

const LEFT: readonly (readonly [name: string, what: string])[] = [
  ["recurrence", "series are not there: each meeting is booked by itself"],
  ["offsetStart", "its starts were shifted: see `slotAlignment`"],
  ["onlyShowFirstAvailableSlot", "it showed the first time of a day only"],
  ["successRedirectUrl", "guests are not led elsewhere after booking"],
  ["customName", "the name of its events"],
  ["price", "payments"],
];

const isSet = (value: unknown): boolean =>
  isObject(value)
    ? Object.keys(value).length > 0 && value["disabled"] !== true
    : value !== null && value !== undefined && value !== false && value !== 0 && value !== "";

function horizonOf(given: unknown): NonNullable<NewMeetingType["horizon"]> {
  if (!isObject(given)) return { kind: "unlimited" };
  const { type, value } = given;
  const days = within(value, 0, 1095);
  if (type === "range" && Array.isArray(value) && text(value[0]) && text(value[1]))
    return { kind: "range", from: `${value[0]}`.slice(0, 10), until: `${value[1]}`.slice(0, 10) };
  if (type === "businessDays" && days !== null) return { kind: "businessDays", days };
  return type === "calendarDays" && days !== null
    ? { kind: "rolling", days }
    : { kind: "unlimited" };
}

function capsOf(given: Json, leave: Leave): NonNullable<NewMeetingType["caps"]> {
  const counts = isObject(given["bookingLimitsCount"]) ? given["bookingLimitsCount"] : {};
  const lengths = isObject(given["bookingLimitsDuration"]) ? given["bookingLimitsDuration"] : {};
  if (isSet(counts["year"]) || isSet(lengths["year"])) leave("the limit of a year");
  return (["day", "week", "month"] as const).flatMap((per) => {
    const bookings = whole(counts[per]) === null ? null : within(counts[per], 1, 1000);
    const minutes = whole(lengths[per]) === null ? null : within(lengths[per], 1, 44_640);
    if (bookings === null && minutes === null) return [];
    return [{ per, ...(bookings !== null && { bookings }), ...(minutes !== null && { minutes }) }];
  });
}

const QUESTIONS: Readonly<Record<string, Question["type"]>> = {
  text: "text",
  address: "text",
  textarea: "longText",
  number: "number",
  phone: "phone",
  email: "email",
  url: "url",
  select: "select",
  radio: "select",
  multiselect: "multiSelect",
  checkbox: "multiSelect",
  boolean: "checkbox",
};

function questionsOf(given: unknown, leave: Leave): Question[] {
  return objects(given).flatMap((each, i) => {
    // What every booking has: name, mail address, guests, notes.
    if (each["isDefault"] === true || each["hidden"] === true) return [];
    const label = (text(each["label"]) ?? text(each["slug"]))?.slice(0, 200);
    const type = QUESTIONS[`${each["type"]}`];
    if (!label) return [];
    const given = Array.isArray(each["options"]) ? each["options"] : [];
    const options = [...new Set(given.flatMap((option) => text(option)?.slice(0, 200) ?? []))];
    const needsOptions = type === "select" || type === "multiSelect";
    if (!type || (needsOptions && options.length === 0)) {
      leave(`the question “${label}” of type ${text(each["type"])}`);
      return [];
    }
    const id =
      text(each["slug"])
        ?.replace(/[^A-Za-z0-9_-]/g, "-")
        .slice(0, 64) || `q${i + 1}`;
    return [
      {
        id,
        label,
        type,
        required: each["required"] === true,
        ...(needsOptions && { options: options.slice(0, 50) }),
      },
    ];
  });
}

function locationOf(
  given: unknown,
  leave: Leave,
): Pick<NewMeetingType, "locationType" | "locationDetails"> {
  const [first, ...others] = objects(given);
  if (others.length > 0) leave("of several locations the first is taken");
  if (!first) return {};
  const { type } = first;
  const details = (name: string) => text(first[name])?.slice(0, 1000) ?? null;
  const integration = text(first["integration"]) ?? "";
  if (type === "address" && details("address"))
    return { locationType: "IN_PERSON", locationDetails: details("address") };
  if (type === "link" && details("link"))
    return { locationType: "CUSTOM_LINK", locationDetails: details("link") };
  if (type === "phone") return { locationType: "PHONE", locationDetails: details("phone") };
  if (type === "attendeePhone") return { locationType: "PHONE" };
  if (/google-?meet/.test(integration)) return { locationType: "GOOGLE_MEET" };
  if (/teams|office365/.test(integration)) return { locationType: "MICROSOFT_TEAMS" };
  if (/zoom/.test(integration)) return { locationType: "ZOOM" };
  leave(`the location ${integration || text(type)}: by phone instead`);
  return { locationType: "PHONE" };
}
