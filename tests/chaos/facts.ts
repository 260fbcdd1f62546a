// What the tables say in the end.
export type Sql = (text: string) => Promise<readonly Record<string, unknown>[]>;

export interface Booked {
  readonly id: string;
  readonly status: string;
  readonly start: string;
  readonly sequence: number;
  readonly version: number;
  readonly cancelled_at: string | null;
  readonly reservations: number;
  /** Whether its guest wants SMS. */
  readonly takes_sms: boolean;
  /** What its history tells endpoints of, in order: "booking.created". */
  readonly events: readonly string[];
  /** How many endpoints its host has. */
  readonly endpoints: number;
}

export interface Promised {
  readonly id: string;
  readonly queue: string;
  readonly kind: string;
  readonly booking_id: string;
  readonly sequence: number;
  readonly version: number | null;
  readonly is_host: boolean;
  /** An address, a number or a URL. */
  readonly address: string;
  readonly created_at: string;
  readonly reminds_at: string | null;
  readonly due_at: string;
  readonly outcome: string | null;
  readonly is_noted: boolean;
  /** How it was tried, for whoever wonders: "1: no end, 2: 204". */
  readonly tries: string;
}

export const findBookings = async (sql: Sql): Promise<readonly Booked[]> =>
  (await sql(
    `select b.id::text, b.status, to_char(lower(b.during), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as start, b.sequence, b.version,
       b.cancelled_at::text,
       (select count(*) from reservations r where r.booking_id = b.id)::int as reservations,
       (select bool_or(a.sms_opt_in) from attendees a where a.booking_id = b.id) as takes_sms,
       array(select coalesce(webhook_event(h.event, false), h.event) from booking_history h
         where h.booking_id = b.id order by h.version) as events,
       (select count(*) from webhook_endpoints e where e.owner_id = b.host_id)::int as endpoints
     from bookings b`,
  )) as unknown as readonly Booked[];

export const findPromises = async (sql: Sql): Promise<readonly Promised[]> =>
  (await sql(
    `select o.id::text, o.queue, o.kind, o.booking_id::text, o.sequence, o.version, o.user_id is not null as is_host,
       case o.queue when 'webhooks' then e.url when 'sms' then coalesce(u.phone, a.phone)
         else coalesce(u.email, a.email)::text end as address,
       o.created_at::text, o.reminds_at::text, o.due_at::text, o.outcome,
       exists (select from deliveries d where d.outbox_id = o.id) as is_noted,
       coalesce((select string_agg(concat(w.attempt, ': ', coalesce(w.status::text, w.error, 'no end'), ' in ', w.duration_ms, ' ms'), ', '
         order by w.attempt) from webhook_attempts w where w.outbox_id = o.id), concat(o.attempts, ' dispatches')) as tries
     from outbox o left join users u on u.id = o.user_id left join attendees a on a.id = o.attendee_id
       left join webhook_endpoints e on e.id = o.endpoint_id`,
  )) as unknown as readonly Promised[];
