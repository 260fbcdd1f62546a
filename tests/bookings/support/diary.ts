// What bookings are, told as a person would with pencil and paper: lists that are looked through from the first line to
// the last. No SQL, no code of src. Times are minutes of one Monday, in UTC.

export const STEP = 15;
const DAY_STARTS = Array.from({ length: (24 * 60) / STEP }, (_, i) => i * STEP);
const HOLD_MINUTES = 5;

export interface Kind {
  readonly name: string;
  readonly minutes: number;
  readonly before: number;
  readonly after: number;
  readonly notice: number;
  readonly seats: number;
  readonly isAsked: boolean;
  /** Positions of those who can take it. */
  readonly hosts: readonly number[];
  readonly required: number;
  readonly mostPerDay: number;
}

/** Who sits in a meeting, with whom he brought. */
export interface Seat {
  readonly guestId: string;
  readonly token: string;
  readonly people: number;
  /** The booking that he sits in now. */
  in: Meeting;
  hasLeft: boolean;
  /** Every booking that he was ever in. */
  readonly ids: string[];
  /** What he asked for, by which key. */
  readonly request: { readonly key: string; readonly body: object };
}

export interface Meeting {
  readonly id: string;
  /** Null: a host blocks his own time. */
  readonly kind: Kind | null;
  start: number;
  readonly minutes: number;
  hosts: number[];
  status: "PENDING" | "CONFIRMED" | "CANCELLED" | "DECLINED" | "EXPIRED" | "COMPLETED";
  /** Of a request: when it lapses. */
  lapses: number | null;
  version: number;
  sequence: number;
}

export interface Hold {
  readonly id: string;
  readonly kind: Kind;
  readonly start: number;
  readonly hosts: readonly number[];
  readonly ends: number;
  isGone: boolean;
}

/** What a start is: free, with those who can take it, or a meeting to join; or the code of a refusal. */
export type Verdict =
  | { readonly ok: true; readonly able: readonly number[]; readonly joins: Meeting | null }
  | { readonly ok: false; readonly code: string };

/** What is not in the way of who asks, and when it was asked. */
export interface Leave {
  readonly meeting?: Meeting | null;
  readonly hold?: Hold | null;
  /** The meeting moves as a whole: it joins no other. */
  readonly isWhole?: boolean;
  readonly people?: number;
}

export class Diary {
  now: number;

  /** Of each host, when he opens and closes. */
  readonly hours: [from: number, until: number][] = [];
  readonly meetings: Meeting[] = [];
  readonly seats: Seat[] = [];
  readonly holds: Hold[] = [];

  constructor(now: number) {
    this.now = now;
  }

  /** How it reads: a request that nobody answered in time has expired. */
  statusOf({ status, lapses }: Meeting): Meeting["status"] {
    return status === "PENDING" && lapses !== null && lapses <= this.now ? "EXPIRED" : status;
  }

  isOpen = (meeting: Meeting): boolean => ["PENDING", "CONFIRMED"].includes(this.statusOf(meeting));

  takesTime = (meeting: Meeting): boolean =>
    ["PENDING", "CONFIRMED", "COMPLETED"].includes(this.statusOf(meeting));

  isLive = ({ isGone, ends }: Hold): boolean => !isGone && ends > this.now;

  present = (meeting: Meeting): Seat[] =>
    this.seats.filter((seat) => seat.in === meeting && !seat.hasLeft);

  seatsTaken = (meeting: Meeting): number =>
    this.present(meeting).reduce((sum, { people }) => sum + people, 0);

  /** All that is taken of a host's time, buffers included. */
  taken(host: number, except: Leave = {}): [from: number, until: number][] {
    const spans: [number, number][] = [];
    for (const meeting of this.meetings)
      if (this.takesTime(meeting) && meeting.hosts.includes(host) && meeting !== except.meeting)
        spans.push(reservedBy(meeting.kind, meeting.start, meeting.minutes));
    for (const hold of this.holds)
      if (this.isLive(hold) && hold.hosts.includes(host) && hold !== except.hold)
        spans.push(reservedBy(hold.kind, hold.start, hold.kind.minutes));
    return spans.sort(([a], [b]) => a - b);
  }

  isFree = (host: number, [from, until]: readonly [number, number], except: Leave = {}): boolean =>
    this.taken(host, except).every(([start, end]) => end <= from || until <= start);

  isAtWork(host: number, start: number, minutes: number): boolean {
    const [from, until] = this.hours[host]!;
    return from <= start && start + minutes <= until;
  }

  /** Who of these is at work and free. */
  ableOf(kind: Kind, start: number, except: Leave = {}): number[] {
    const reserved = reservedBy(kind, start, kind.minutes);
    return kind.hosts.filter(
      (host) => this.isAtWork(host, start, kind.minutes) && this.isFree(host, reserved, except),
    );
  }

  /** Whether a start can be had, asked at a time `at`. */
  verdict(kind: Kind, start: number, except: Leave = {}, at = this.now): Verdict {
    const no = (code: string): Verdict => ({ ok: false, code });
    if (start < at) return no("start_in_past");
    if (start < at + kind.notice) return no("too_soon");
    const there =
      kind.seats === 1
        ? undefined
        : this.meetings.find(
            (each) =>
              each.kind === kind &&
              each.start === start &&
              each !== except.meeting &&
              this.isOpen(each),
          );
    const atWork = (host: number) => this.isAtWork(host, start, kind.minutes);
    if (there && !except.isWhole) {
      const left = kind.seats - this.seatsTaken(there);
      if (left <= 0) return no("seats_full");
      if (there.hosts.every(atWork))
        return left < (except.people ?? 1)
          ? no("seats_full")
          : { ok: true, able: there.hosts, joins: there };
    }
    if (start % STEP !== 0 || kind.hosts.filter(atWork).length < kind.required)
      return no("outside_hours");
    const others = this.meetings.filter(
      (each) => each.kind === kind && this.takesTime(each) && each !== except.meeting,
    );
    if (others.length >= kind.mostPerDay) return no("cap_reached");
    const able = this.ableOf(kind, start, except);
    if (there || able.length < kind.required) return no("slot_taken");
    return { ok: true, able, joins: null };
  }

  /** What is offered on the day. */
  offers(kind: Kind, except: Leave = {}): { start: number; seatsLeft: number | undefined }[] {
    return DAY_STARTS.flatMap((start) => {
      const verdict = this.verdict(kind, start, except);
      if (!verdict.ok) return [];
      const left = kind.seats - (verdict.joins ? this.seatsTaken(verdict.joins) : 0);
      return [{ start, seatsLeft: kind.seats > 1 ? left : undefined }];
    });
  }

  /** Makes a meeting of a guest, or gives him a seat in one. */
  seat(
    kind: Kind,
    start: number,
    seat: Omit<Seat, "in" | "hasLeft" | "ids">,
    made: { id: string; hosts: number[] },
    joins: Meeting | null,
  ): void {
    const meeting = joins ?? this.open(kind, start, made);
    if (joins) joins.version += 1;
    this.seats.push({ ...seat, in: meeting, hasLeft: false, ids: [meeting.id] });
  }

  open(kind: Kind, start: number, { id, hosts }: { id: string; hosts: number[] }): Meeting {
    const meeting: Meeting = {
      id,
      kind,
      start,
      minutes: kind.minutes,
      hosts,
      status: kind.isAsked ? "PENDING" : "CONFIRMED",
      lapses: kind.isAsked ? start : null,
      version: 1,
      sequence: 0,
    };
    this.meetings.push(meeting);
    return meeting;
  }

  hold(kind: Kind, start: number, id: string, hosts: number[]): void {
    this.holds.push({ id, kind, start, hosts, ends: this.now + HOLD_MINUTES, isGone: false });
  }

  heldAt = ({ ends }: Hold): number => ends - HOLD_MINUTES;

  /** Gives a meeting another state; its invitation changes. */
  become(meeting: Meeting, status: Meeting["status"], more: Partial<Meeting> = {}): void {
    Object.assign(meeting, { status, lapses: null, ...more });
    meeting.version += 1;
    meeting.sequence += 1;
  }

  /** A guest leaves with whom he brought; the last one out cancels. */
  leave(seat: Seat): void {
    const meeting = seat.in;
    if (this.present(meeting).length === 1) this.become(meeting, "CANCELLED");
    else {
      seat.hasLeft = true;
      meeting.version += 1;
    }
  }

  /** A guest moves to another meeting, or opens it. */
  moveSeat(
    seat: Seat,
    start: number,
    made: { id: string; hosts: number[] },
    joins: Meeting | null,
  ) {
    const { in: left } = seat;
    const isLast = this.present(left).length === 1;
    left.version += 1;
    if (isLast) {
      left.sequence += 1;
      left.status = "CANCELLED";
    }
    const target = joins ?? this.open(left.kind!, start, made);
    target.version = joins ? Math.max(target.version, left.version) + 1 : left.version;
    seat.in = target;
    seat.ids.push(target.id);
  }

  /** What comes with time: requests lapse, meetings are over. */
  sweep(): void {
    for (const meeting of this.meetings) {
      if (meeting.status === "PENDING" && this.statusOf(meeting) === "EXPIRED")
        this.become(meeting, "EXPIRED");
      if (meeting.status === "CONFIRMED" && meeting.start + meeting.minutes <= this.now) {
        meeting.status = "COMPLETED";
        meeting.version += 1;
      }
    }
  }
}

/** The meeting with its buffers; blocked time has none. */
const reservedBy = (kind: Kind | null, start: number, minutes: number): [number, number] => [
  start - (kind?.before ?? 0),
  start + minutes + (kind?.after ?? 0),
];
