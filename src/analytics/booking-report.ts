import type { UserRow } from "../accounts/queries.ts";
import { assertAdmin } from "../organizations/standing.ts";
import type { World } from "../world.ts";
import { type Buckets, buckets } from "./buckets.ts";
import { countBookings, countConversions } from "./queries.ts";
import type { BookingGroup, BookingReport, GroupBy } from "./schema.ts";

const GROUPS_MAX = 100;

interface Asked {
  readonly days: number;
  readonly groupBy: GroupBy;
  readonly meetingTypeId?: string;
  readonly organizationId?: string;
}

/**
 * What became of the bookings that were made in the last so many days of the user's calendar, today
 * included: of his meeting types, and those that he organises; or of an organization's, for its admins.
 * Problems: not_found, forbidden.
 */
export async function bookingReport(
  world: World,
  user: UserRow,
  { days, groupBy, meetingTypeId, organizationId }: Asked,
): Promise<BookingReport> {
  if (organizationId !== undefined) await assertAdmin(world, organizationId, user.id);
  await world.events.flush();
  const now = world.now();
  // What happens in this very millisecond is in it.
  const until = now.epochMilliseconds + 1;
  const cut = buckets(user.timeZone, until, days, groupBy === "week" ? "week" : "day");
  const asked = {
    userId: user.id,
    meetingTypeId: meetingTypeId ?? null,
    organizationId: organizationId ?? null,
    from: Temporal.Instant.fromEpochMilliseconds(cut.from),
    until: Temporal.Instant.fromEpochMilliseconds(until),
    groupBy,
    edges: cut.edges.map((ms) => Temporal.Instant.fromEpochMilliseconds(ms).toString()),
  };
  const isByTime = groupBy === "day" || groupBy === "week";
  const limit = 1 + (isByTime ? cut.dates.length : GROUPS_MAX);
  const [counted, told] = await Promise.all([
    countBookings(world.db, { ...asked, limit }),
    countConversions(world.db, asked),
  ]);
  const found = counted.map((row) => groupOf(row, groupBy, told));
  const [{ key: _key, name: _name, ...overview } = NOTHING, ...groups] = found;
  return {
    period: {
      days,
      from: asked.from.toString(),
      until: now.toString(),
      timeZone: user.timeZone,
    },
    overview,
    groupBy,
    groups: isByTime
      ? byTime(cut, groups, told)
      : groupBy === "meetingType"
        ? [...groups, ...onlyOpened(groups, told)].slice(0, GROUPS_MAX)
        : groups,
  };
}

type Told = Awaited<ReturnType<typeof countConversions>>;
type Counted = Awaited<ReturnType<typeof countBookings>>[number];

const NOTHING: BookingGroup = {
  key: null,
  name: null,
  booked: 0,
  cancelled: 0,
  rescheduled: 0,
  noShow: 0,
  medianLeadTimeHours: null,
  conversion: null,
};

const groupOf = (row: Counted, groupBy: GroupBy, told: Told): BookingGroup => ({
  key: row.key,
  name: row.name,
  booked: row.booked,
  cancelled: row.cancelled,
  rescheduled: row.rescheduled,
  noShow: row.noShow,
  medianLeadTimeHours:
    row.medianLeadMinutes === null ? null : Math.round(row.medianLeadMinutes / 6) / 10,
  // Whoever opens the widget has no host yet.
  conversion: groupBy === "host" && !row.isTotal ? null : conversionOf(told, row),
});

/** Of those who opened the widget, how many booked; null where nobody is known to have opened it. */
function conversionOf(told: Told, { isTotal, key }: { isTotal: boolean; key: string | null }) {
  const found = told.find((each) => each.isTotal === isTotal && (isTotal || each.key === key));
  if (!found || found.opened === 0) return null;
  const { opened, booked } = found;
  return { opened, booked, rate: Math.round((booked / opened) * 10_000) / 10_000 };
}

/** Meeting types that were looked at and never booked. */
const onlyOpened = (groups: readonly BookingGroup[], told: Told): BookingGroup[] =>
  told
    .filter(({ isTotal, key }) => !isTotal && !groups.some((group) => group.key === key))
    .map((each) => ({
      ...NOTHING,
      key: each.key,
      name: each.name,
      conversion: conversionOf(told, each),
    }))
    .filter(({ conversion }) => conversion !== null)
    .toSorted((a, b) => (b.conversion?.opened ?? 0) - (a.conversion?.opened ?? 0));

/** Every date, also where nothing was booked. */
const byTime = ({ dates }: Buckets, groups: readonly BookingGroup[], told: Told): BookingGroup[] =>
  dates.map((date, i) => {
    const key = String(i + 1);
    const group = groups.find((each) => each.key === key);
    return {
      ...(group ?? { ...NOTHING, conversion: conversionOf(told, { isTotal: false, key }) }),
      key: date,
    };
  });
