import type { World } from "../world.ts";
import { type Dav, hrefsIn, textOfProp, urlOf } from "./caldav-dav.ts";
import { findHomes } from "./caldav-discover.ts";
import { CalendarFailure } from "./failure.ts";
import { parseCalendar } from "./ics-parse.ts";
import { zoneOfCalendar } from "./ics-zone.ts";
import type { RemoteCalendar } from "./provider.ts";

const PROPS = [
  "d:resourcetype",
  "d:displayname",
  "d:current-user-privilege-set",
  "c:supported-calendar-component-set",
  "c:calendar-timezone",
  "c:schedule-default-calendar-URL",
];

/** Every calendar for events of the account that was `typed`: a URL, a host, or an address of mail. */
export async function listCalendars(
  world: World,
  dav: Dav,
  typed: string,
): Promise<RemoteCalendar[]> {
  const found = new Map<string, RemoteCalendar>();
  let primary: string | undefined;
  for (const home of await findHomes(world, dav, typed)) {
    const { url, responses } = await dav.propfind(home.url, home.depth, PROPS);
    for (const { href, props } of responses) {
      // The inbox for invitations knows which calendar they go to (RFC 6638 §9.2).
      const [chosen] = hrefsIn(props?.["scheduleDefaultCalendarURL"]);
      if (chosen !== undefined) primary = urlOf(chosen, url);
      if (href !== undefined && props && holdsEvents(props)) {
        const at = urlOf(href, url);
        found.set(at, await calendarOf(at, props));
      }
    }
  }
  const calendars = [...found.values()];
  if (calendars.length === 0)
    throw new CalendarFailure("refused", "The account has no calendars for events");
  const first =
    calendars.find(({ externalId }) => externalId === primary) ??
    calendars.find(({ canWrite }) => canWrite) ??
    calendars[0];
  return calendars.map((each) => ({ ...each, isPrimary: each === first }));
}

type Props = Record<string, unknown>;

function holdsEvents(props: Props): boolean {
  if (!("calendar" in objectOf(props["resourcetype"]))) return false;
  const components = [objectOf(props["supportedCalendarComponentSet"])["comp"]]
    .flat()
    .map((each) => objectOf(objectOf(each)["_attributes"])["name"]);
  // Without the property every kind is taken (RFC 4791 §5.2.3).
  return components.every((each) => each === undefined) || components.includes("VEVENT");
}

async function calendarOf(url: string, props: Props): Promise<RemoteCalendar> {
  const path = new URL(url).pathname.split("/").filter(Boolean);
  return {
    externalId: url,
    name: textOfProp(props["displayname"]) ?? decodeURI(path.at(-1) ?? url),
    timeZone: await zoneOfProp(props["calendarTimezone"]),
    isPrimary: false,
    canWrite: canWrite(props["currentUserPrivilegeSet"]),
    conferences: [],
  };
}

/** The zone in a `calendar-timezone`, or null. */
export async function zoneOfProp(value: unknown): Promise<string | null> {
  const text = textOfProp(value);
  return text === null ? null : zoneOfCalendar((await parseCalendar(text)).zones);
}

/** RFC 3744, 3.1. A server that says nothing of privileges has none to refuse. */
function canWrite(set: unknown): boolean {
  if (set === undefined) return true;
  const privileges = [objectOf(set)["privilege"]]
    .flat()
    .flatMap((each) => Object.keys(objectOf(each)));
  const has = (...names: string[]) => names.every((name) => privileges.includes(name));
  return has("all") || has("write") || has("bind", "writeContent");
}

const objectOf = (value: unknown): Props =>
  typeof value === "object" && value !== null ? (value as Props) : {};
